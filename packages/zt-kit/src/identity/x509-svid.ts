import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { certificateExtensionsOf } from './certificate-extensions.ts';
import { parseCertificates } from './der-certificates.ts';
import { parseSpiffeId, type SpiffeId } from './spiffe-id.ts';

/** A workload's certificate chain and key (SPIFFE X.509-SVID). */
export interface X509Svid {
  readonly spiffeId: SpiffeId;
  /** The leaf first. */
  readonly certificates: readonly X509Certificate[];
  readonly privateKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Hexadecimal, upper case, of the leaf. */
  readonly serialNumber: string;
  /** What the operator calls it; empty where there is one SVID only. */
  readonly hint: string;
}

/** Reads an SVID as the Workload API sends it: concatenated DER certificates and a PKCS#8 key. Throws a `TypeError`. */
export function parseX509Svid(chainDer: Uint8Array, keyDer: Uint8Array, hint = ''): X509Svid {
  const certificates = parseCertificates(chainDer);
  const leaf = certificates[0];
  if (leaf === undefined) throw new TypeError('SVID has no certificate');
  const spiffeId = spiffeIdOfLeaf(leaf);
  const privateKey = readPrivateKey(keyDer);
  if (!leaf.checkPrivateKey(privateKey)) throw new TypeError('SVID key does not belong to its certificate');
  return Object.freeze({
    spiffeId,
    certificates: Object.freeze(certificates),
    privateKey,
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
    serialNumber: leaf.serialNumber,
    hint,
  });
}

/** Without OpenSSL's own error: it may be of any kind. */
function readPrivateKey(der: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    throw new TypeError('SVID key is not a PKCS#8 key');
  }
}

/**
 * The SPIFFE ID that a leaf certificate stands for. Throws a `TypeError` unless the certificate has exactly one URI
 * among its alternative names, has a path in it, and is not an authority (X.509-SVID sections 2, 4.1 and 5.2).
 */
export function spiffeIdOfLeaf(leaf: X509Certificate): SpiffeId {
  const { uriNames, signsOthers } = certificateExtensionsOf(leaf);
  if (signsOthers) throw new TypeError('leaf certificate is an authority');
  const [uri] = uriNames;
  if (uri === undefined || uriNames.length !== 1) {
    throw new TypeError(`leaf certificate has ${uriNames.length} URI names, not one`);
  }
  const spiffeId = parseSpiffeId(uri);
  if (spiffeId.path === '') throw new TypeError('leaf certificate names a trust domain, not a workload');
  return spiffeId;
}

/** The chain and the key as PEM, as TLS libraries take them. */
export function pemOfX509Svid(svid: X509Svid): { readonly cert: string; readonly key: string } {
  return {
    cert: svid.certificates.map((certificate) => certificate.toString()).join(''),
    key: svid.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
