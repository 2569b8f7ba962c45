import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCertificateAuthority, issueSelfSigned } from '@zt/kit/testing';
import { expect, onTestFinished, test } from 'vitest';
import { readSpireAuthority } from './spire-authority.ts';

/** The key usage keyCertSign (RFC 5280, section 4.2.1.3). */
const mayCertify = 32;

/** A folder as a native stack has it, with these keys of its SPIRE server. */
async function stateWith(keys: Readonly<Record<string, string>>, bundle: string) {
  const state = await mkdtemp(join(tmpdir(), 'spire-authority-'));
  onTestFinished(() => rm(state, { recursive: true }));
  await mkdir(join(state, 'spire', 'server'), { recursive: true });
  await writeFile(join(state, 'spire', 'server', 'keys.json'), JSON.stringify({ keys }));
  await writeFile(join(state, 'bundle.pem'), bundle);
  return { spoolDirectory: join(state, 'spool'), bundleFile: join(state, 'bundle.pem') };
}

const anotherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'der', type: 'pkcs8' })
  .toString('base64');

test('the key that belongs to a certificate of the bundle signs as SPIRE itself would', async () => {
  const options = { spiffeId: 'spiffe://zt.example', authority: true, usages: mayCertify };
  const { chainDer, keyDer } = await issueSelfSigned(options);
  const certificate = new X509Certificate(chainDer);
  const keys = { 'JWT-Signer-A': anotherKey, 'x509-CA-A': keyDer.toString('base64') };
  const authority = await readSpireAuthority(await stateWith(keys, certificate.toString()), 'zt.example');
  const [leaf] = (await authority.issueSvid({ spiffeId: 'spiffe://zt.example/order' })).certificates;
  expect(leaf?.checkIssued(certificate)).toBe(true);
  expect(leaf?.verify(certificate.publicKey)).toBe(true);
});

test('a key that SPIRE has for other things opens no authority', async () => {
  const { bundle } = await createTestCertificateAuthority('zt.example');
  const stack = await stateWith({ 'JWT-Signer-A': anotherKey }, bundle.x509Authorities.join(''));
  await expect(readSpireAuthority(stack, 'zt.example')).rejects.toThrow('no key of an authority that is in the bundle');
});
