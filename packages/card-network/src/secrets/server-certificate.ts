import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { readIfThere, writeSecret } from './secret-file.ts';

export interface ServerCertificate {
  /** PEM, as Node's `https` takes them. */
  readonly cert: string;
  readonly key: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;
const lifetimeMs = 365 * dayMs;
/** One that ends sooner is replaced at the next start. */
const leastLeftMs = 30 * dayMs;
const leewayMs = 60_000;

/**
 * The network's own certificate, for these names, and in `authority.pem` what its merchants trust: an authority that has
 * signed this one certificate and never signs another, since its key is not kept.
 */
export async function provideServerCertificate(
  directory: string,
  names: readonly string[],
  now: Date,
): Promise<ServerCertificate> {
  const [cert, key] = [readIfThere(join(directory, 'certificate.pem')), readIfThere(join(directory, 'key.pem'))];
  const isThere = cert !== null && key !== null && readIfThere(join(directory, 'authority.pem')) !== null;
  if (isThere && isGood(new X509Certificate(cert), names, now)) return { cert, key };
  const made = await makeCertificate(names, now);
  // The certificate last: it is what says that all three are there.
  writeSecret(join(directory, 'authority.pem'), made.authority);
  writeSecret(join(directory, 'key.pem'), made.key);
  writeSecret(join(directory, 'certificate.pem'), made.cert);
  return { cert: made.cert, key: made.key };
}

function isGood(certificate: X509Certificate, names: readonly string[], now: Date): boolean {
  const isForAll = names.every((name) => certificate.checkHost(name, { subject: 'never' }) !== undefined);
  return isForAll && certificate.validToDate.getTime() - now.getTime() > leastLeftMs;
}

async function makeCertificate(
  names: readonly string[],
  now: Date,
): Promise<ServerCertificate & { readonly authority: string }> {
  const validity = { notBefore: new Date(now.getTime() - leewayMs), notAfter: new Date(now.getTime() + lifetimeMs) };
  const authorityKeys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=card network',
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${names[0]}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([...new Set(names)].map((value) => ({ type: 'dns', value }))),
    ],
  });
  return {
    authority: `${authority.toString('pem')}\n`,
    cert: `${certificate.toString('pem')}\n`,
    key: PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  };
}
