import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
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

/** Where the PEM files of a certificate go. Absolute paths. */
export interface LoneCertificateFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Who a certificate is for, and how long. */
export interface LoneCertificate {
  readonly authorityName: string;
  readonly name: string;
  readonly lifetimeDays: number;
  /** What its holder is in a handshake; a server is also known by its name. */
  readonly holder: 'server' | 'client';
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;
/** For clocks that are a little apart. */
const leewayMs = 60_000;

/** Makes a certificate, and an authority that has signed this one and never signs another: its key is not kept. */
export async function writeLoneCertificate(
  files: LoneCertificateFiles,
  { authorityName, name, lifetimeDays, holder }: LoneCertificate,
  now: Date,
): Promise<void> {
  const validity = {
    notBefore: new Date(now.getTime() - leewayMs),
    notAfter: new Date(now.getTime() + lifetimeDays * dayMs),
  };
  const authorityKeys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: `CN=${authorityName}`,
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${name}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([holder === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth]),
      ...(holder === 'server' ? [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])] : []),
    ],
  });
  const privateKey = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');

  await mkdir(dirname(files.privateKey), { recursive: true, mode: 0o700 });
  await writeFile(files.authority, authority.toString('pem'), { mode: 0o600 });
  await writeFile(files.certificate, certificate.toString('pem'), { mode: 0o600 });
  await writeFile(files.privateKey, privateKey, { mode: 0o600 });
}
