import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openTestCertificateAuthority, type TestCertificateAuthority } from '@zt/kit/testing';
import { z } from 'zod';
import type { StackDescription } from '../stack-description.ts';

/** What SPIRE's key manager `disk` writes: each key in PKCS#8, base64. */
const keysFile = z.object({ keys: z.record(z.string(), z.string()) });

/** The authority of a native stack, with the key that its SPIRE server has on disk and the certificate of the bundle that it belongs to. */
export async function readSpireAuthority(
  { spoolDirectory, bundleFile }: Pick<StackDescription, 'spoolDirectory' | 'bundleFile'>,
  trustDomain: string,
): Promise<TestCertificateAuthority> {
  const path = join(dirname(spoolDirectory), 'spire', 'server', 'keys.json');
  const { keys } = keysFile.parse(JSON.parse(await readFile(path, 'utf8')));
  const bundle = await readFile(bundleFile, 'utf8');
  const certificates = bundle
    .split(/(?<=-----END CERTIFICATE-----)/)
    .filter((text) => text.includes('BEGIN CERTIFICATE'))
    .map((text) => new X509Certificate(text));
  for (const key of Object.values(keys)) {
    const keyDer = Buffer.from(key, 'base64');
    const privateKey = createPrivateKey({ key: keyDer, format: 'der', type: 'pkcs8' });
    const certificate = certificates.find((each) => each.checkPrivateKey(privateKey));
    if (certificate !== undefined)
      return await openTestCertificateAuthority(trustDomain, { certificateDer: certificate.raw, keyDer });
  }
  throw new Error('SPIRE has no key of an authority that is in the bundle');
}
