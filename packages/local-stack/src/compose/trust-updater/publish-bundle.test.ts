import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentitySnapshot, joinTrustBundles } from '@zt/kit/identity';
import { createFixedX509Source, createTestCertificateAuthority } from '@zt/kit/testing';
import { expect, test, vi } from 'vitest';
import { publishBundle } from './publish-bundle.ts';

test('a bundle that could not be written is written as soon as it can be', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'zt-bundle-'));
  const file = join(directory, 'bundle.pem');
  const authority = await createTestCertificateAuthority('zt.example');
  const svid = await authority.issueSvid({ spiffeId: 'spiffe://zt.example/ns/shop/sa/trust-updater' });
  const source = createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
  const onFailure = vi.fn();
  await publishBundle({ source, file, onPublished: () => {}, onFailure });
  await mkdir(`${file}.new`);
  const other = await createTestCertificateAuthority('zt.example');
  source.set(createIdentitySnapshot(svid, [joinTrustBundles(authority.bundle, other.bundle)]));
  await vi.waitFor(() => expect(onFailure).toHaveBeenCalled());
  await rm(`${file}.new`, { recursive: true });
  const authorities = async () => (await readFile(file, 'utf8')).match(/BEGIN/g);
  await vi.waitFor(async () => expect(await authorities()).toHaveLength(2), { timeout: 10_000 });
  await rm(directory, { recursive: true });
});
