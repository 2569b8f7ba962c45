import { readFileSync } from 'node:fs';
import { createIdentitySnapshot, parseTrustBundle, parseX509Svid, type X509Source } from '@zt/kit/identity';
import type { ServerCertificateFiles } from '../postgres/server-certificate.ts';

/** A server's SVID, read from its files at each use: what the operator's own requests to that server are made with. */
export function serverIdentity(files: ServerCertificateFiles): X509Source {
  return {
    current() {
      const key = derOfPem(readFileSync(files.keyFile, 'utf8'));
      const svid = parseX509Svid(derOfPem(readFileSync(files.certificateFile, 'utf8')), key);
      const bundle = derOfPem(readFileSync(files.bundleFile, 'utf8'));
      return createIdentitySnapshot(svid, [parseTrustBundle(svid.spiffeId.trustDomain, bundle)]);
    },
    onChange: () => () => {},
  };
}

/** All PEM blocks of a text, one after the other. */
function derOfPem(pem: string): Buffer {
  const blocks = pem.matchAll(/-----BEGIN [A-Z ]+-----([^-]+)-----END [A-Z ]+-----/g);
  return Buffer.concat([...blocks].map(([, base64 = '']) => Buffer.from(base64, 'base64')));
}
