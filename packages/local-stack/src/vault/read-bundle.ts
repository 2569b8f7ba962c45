import { readFileSync } from 'node:fs';
import { parseTrustBundle, type TrustBundle } from '@zt/kit/identity';

/** The authorities of a trust domain out of a PEM file. */
export function readBundle(file: string, trustDomain: string): TrustBundle {
  return parseTrustBundle(trustDomain, derOfPem(readFileSync(file, 'utf8')));
}

/** All PEM blocks of a text, one after the other. */
export function derOfPem(pem: string): Buffer {
  const blocks = pem.matchAll(/-----BEGIN [A-Z ]+-----([^-]+)-----END [A-Z ]+-----/g);
  return Buffer.concat([...blocks].map(([, base64 = '']) => Buffer.from(base64, 'base64')));
}
