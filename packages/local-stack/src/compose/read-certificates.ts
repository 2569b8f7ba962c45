import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** All certificates of a PEM file. For health programs, which start so often that they do without libraries. */
export function readCertificates(file: string): X509Certificate[] {
  const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
