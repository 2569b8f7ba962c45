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
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface NodeCertificateFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const lifetimeMs = 365 * 24 * 60 * 60 * 1000;
/** For clocks that are a little apart. */
const leewayMs = 60_000;

/** The name by which the server knows the one node of a stack: `spiffe://…/spire/agent/x509pop/node`. */
export const nodeName = 'node';

/**
 * Makes the certificate with which the agent proves to the server which node it is on, and an authority that has signed
 * this one certificate and never signs another: its key is not kept. Made anew at each start.
 */
export async function createNodeCertificate(files: NodeCertificateFiles, now: Date): Promise<void> {
  const validity = { notBefore: new Date(now.getTime() - leewayMs), notAfter: new Date(now.getTime() + lifetimeMs) };
  const authorityKeys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=nodes of this stack',
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const nodeKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${nodeName}`,
    issuer: authority.subject,
    publicKey: nodeKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  });
  const privateKey = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', nodeKeys.privateKey), 'PRIVATE KEY');

  await mkdir(dirname(files.privateKey), { recursive: true, mode: 0o700 });
  await writeFile(files.authority, authority.toString('pem'), { mode: 0o600 });
  await writeFile(files.certificate, certificate.toString('pem'), { mode: 0o600 });
  await writeFile(files.privateKey, privateKey, { mode: 0o600 });
}
