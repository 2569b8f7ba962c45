import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { parseTrustBundle, type TrustBundle } from '../identity/trust-bundle.ts';
import { parseX509Svid, type X509Svid } from '../identity/x509-svid.ts';

/** Of TLS (RFC 5280, section 4.2.1.12). */
export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** What a leaf shall be; everything has the value of a good SVID unless a test wants it bad. */
export interface LeafOptions {
  readonly spiffeId: string;
  /** Instead of the one URI that the SPIFFE ID is. */
  readonly uris?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly authority?: boolean;
  /** Key usages (RFC 5280, section 4.2.1.3); signatures only otherwise. */
  readonly usages?: KeyUsageFlags;
  /** Object identifiers of the extended key usages, instead of both that TLS asks for. */
  readonly purposes?: readonly string[];
}

/** What an authority shall be; good and named at random unless a test wants it otherwise. */
export interface AuthorityOptions {
  readonly name?: string;
  readonly notAfter?: Date;
  /** False: a certificate that may sign nothing, and does. */
  readonly authority?: boolean;
}

export interface IssuedLeaf {
  /** The leaf and the certificates between it and the root, concatenated DER. */
  readonly chainDer: Buffer;
  readonly keyDer: Buffer;
}

/** A certificate authority for tests. Its key is in memory only. */
export interface TestCertificateAuthority {
  readonly bundle: TrustBundle;
  readonly bundleDer: Buffer;
  /** Of its key (RFC 5280, section 4.2.1.2), hexadecimal; what it signs names it. */
  readonly keyId: string;
  /** A leaf as told, good or bad. */
  issue(options: LeafOptions): Promise<IssuedLeaf>;
  /** A good leaf, read as an SVID. */
  issueSvid(options: LeafOptions): Promise<X509Svid>;
  /** An authority below this one: its leaves carry its certificate along. */
  intermediate(options?: AuthorityOptions): Promise<TestCertificateAuthority>;
}

export async function createTestCertificateAuthority(
  trustDomain: string,
  options: Pick<AuthorityOptions, 'name' | 'notAfter'> = {},
): Promise<TestCertificateAuthority> {
  const keys = await generateKeys();
  const key = await SubjectKeyIdentifierExtension.create(keys.publicKey);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: `CN=${options.name ?? `${trustDomain} test authority ${randomSerial().slice(0, 6)}`}`,
    notBefore: minutesFromNow(-60),
    notAfter: options.notAfter ?? minutesFromNow(24 * 60),
    keys,
    signingAlgorithm: algorithm,
    extensions: [...authorityExtensions(trustDomain), key],
  });
  const bundleDer = Buffer.from(certificate.rawData);
  return authorityOf({ trustDomain, certificate, keys, keyId: key.keyId, chain: [], bundleDer });
}

/** An authority that somebody else made: its certificate and its key (PKCS#8), P-256. Signs as it would itself. */
export async function openTestCertificateAuthority(
  trustDomain: string,
  { certificateDer, keyDer }: { readonly certificateDer: Buffer; readonly keyDer: Buffer },
): Promise<TestCertificateAuthority> {
  const certificate = new X509Certificate(certificateDer);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', keyDer, algorithm, true, ['sign']);
  const publicKey = await certificate.publicKey.export(algorithm, ['verify']);
  const named = certificate.getExtension(SubjectKeyIdentifierExtension);
  const { keyId } = named ?? (await SubjectKeyIdentifierExtension.create(publicKey));
  const bundleDer = Buffer.from(certificate.rawData);
  return authorityOf({ trustDomain, certificate, keys: { privateKey, publicKey }, keyId, chain: [], bundleDer });
}

/** A leaf as told that vouches for itself: no authority has signed it. */
export async function issueSelfSigned(options: LeafOptions): Promise<IssuedLeaf> {
  const keys = await generateKeys();
  const leaf = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: 'C=US, O=SPIRE',
    notBefore: options.notBefore ?? minutesFromNow(-1),
    notAfter: options.notAfter ?? minutesFromNow(60),
    keys,
    signingAlgorithm: algorithm,
    extensions: leafExtensions(options),
  });
  const keyDer = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { chainDer: Buffer.from(leaf.rawData), keyDer };
}

interface Authority {
  readonly trustDomain: string;
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly keyId: string;
  readonly chain: readonly Buffer[];
  readonly bundleDer: Buffer;
}

function authorityOf(authority: Authority): TestCertificateAuthority {
  const { trustDomain, certificate, keys, keyId, chain, bundleDer } = authority;
  const signer = new AuthorityKeyIdentifierExtension(keyId);
  const signed = { issuer: certificate.subjectName, signingKey: keys.privateKey, signingAlgorithm: algorithm };

  async function issue(options: LeafOptions): Promise<IssuedLeaf> {
    const leafKeys = await generateKeys();
    const leaf = await X509CertificateGenerator.create({
      ...signed,
      serialNumber: randomSerial(),
      // As SPIRE does it: the first DNS name is the common name as well.
      subject: options.dnsNames?.[0] === undefined ? 'C=US, O=SPIRE' : `C=US, O=SPIRE, CN=${options.dnsNames[0]}`,
      notBefore: options.notBefore ?? minutesFromNow(-1),
      notAfter: options.notAfter ?? minutesFromNow(60),
      publicKey: leafKeys.publicKey,
      extensions: [...leafExtensions(options), await SubjectKeyIdentifierExtension.create(leafKeys.publicKey), signer],
    });
    return {
      chainDer: Buffer.concat([Buffer.from(leaf.rawData), ...chain]),
      keyDer: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey)),
    };
  }

  return {
    bundle: parseTrustBundle(trustDomain, bundleDer),
    bundleDer,
    keyId,
    issue,
    async issueSvid(options) {
      const leaf = await issue(options);
      return parseX509Svid(leaf.chainDer, leaf.keyDer);
    },
    async intermediate({ name, notAfter, authority: isAuthority = true } = {}) {
      const belowKeys = await generateKeys();
      const key = await SubjectKeyIdentifierExtension.create(belowKeys.publicKey);
      const kind = isAuthority ? authorityExtensions(trustDomain) : [new BasicConstraintsExtension(false)];
      const below = await X509CertificateGenerator.create({
        ...signed,
        serialNumber: randomSerial(),
        subject: `CN=${name ?? `${trustDomain} intermediate ${randomSerial().slice(0, 6)}`}`,
        notBefore: minutesFromNow(-60),
        notAfter: notAfter ?? minutesFromNow(12 * 60),
        publicKey: belowKeys.publicKey,
        extensions: [...kind, key, signer],
      });
      const belowChain = [Buffer.from(below.rawData), ...chain];
      return authorityOf({
        trustDomain,
        certificate: below,
        keys: belowKeys,
        keyId: key.keyId,
        chain: belowChain,
        bundleDer,
      });
    },
  };
}

function authorityExtensions(trustDomain: string): Extension[] {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    new SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${trustDomain}` }]),
  ];
}

function leafExtensions(options: LeafOptions): Extension[] {
  const names: JsonGeneralName[] = [
    ...(options.uris ?? [options.spiffeId]).map((value) => ({ type: 'url' as const, value })),
    ...(options.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
  ];
  return [
    new BasicConstraintsExtension(options.authority ?? false, undefined, true),
    new KeyUsagesExtension(options.usages ?? KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([...(options.purposes ?? [serverAuth, clientAuth])]),
    ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
  ];
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function randomSerial(): string {
  return `0${randomBytes(8).toString('hex').slice(1)}`;
}

function minutesFromNow(minutes: number): Date {
  return new Date(Date.now() + minutes * 60_000);
}
