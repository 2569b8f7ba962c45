import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentitySnapshot, joinTrustBundles } from '@zt/kit/identity';
import { createTestCertificateAuthority } from '@zt/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { svidFiles } from './svid-files.ts';
import { writeSvidFiles } from './write-svid-files.ts';

describe('the SVID files of a server', () => {
  let directory: string;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'zt-svid-')), 'postgres');
  });
  afterEach(() => rm(join(directory, '..'), { recursive: true }));

  const spiffeId = 'spiffe://zt.example/ns/shop/sa/postgres';

  it('fit together, and nobody else can read the key', async () => {
    const authority = await createTestCertificateAuthority('zt.example');
    await writeSvidFiles(
      directory,
      createIdentitySnapshot(await authority.issueSvid({ spiffeId }), [authority.bundle]),
    );
    const files = svidFiles(directory);
    const certificate = new X509Certificate(await readFile(files.certificateFile));
    expect(certificate.checkPrivateKey(createPrivateKey(await readFile(files.keyFile, 'utf8')))).toBe(true);
    expect(certificate.verify(new X509Certificate(await readFile(files.bundleFile)).publicKey)).toBe(true);
    expect((await stat(files.keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('hold all authorities while one takes over from another', async () => {
    const [first, second] = [
      await createTestCertificateAuthority('zt.example'),
      await createTestCertificateAuthority('zt.example'),
    ];
    const bundle = joinTrustBundles(first.bundle, second.bundle);
    await writeSvidFiles(directory, createIdentitySnapshot(await first.issueSvid({ spiffeId }), [bundle]));
    const text = await readFile(svidFiles(directory).bundleFile, 'utf8');
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it('are replaced as one, and keep the ones before for whoever is reading them, but no older ones', async () => {
    const authority = await createTestCertificateAuthority('zt.example');
    const serials: string[] = [];
    for (let round = 0; round < 4; round++) {
      const svid = await authority.issueSvid({ spiffeId });
      await writeSvidFiles(directory, createIdentitySnapshot(svid, [authority.bundle]));
      const current = new X509Certificate(await readFile(svidFiles(directory).certificateFile));
      expect(current.serialNumber).toBe(svid.serialNumber);
      serials.push(current.serialNumber);
    }
    expect(new Set(serials).size).toBe(4);
    expect((await readdir(directory)).sort()).toEqual(['current', 'svid-000000003', 'svid-000000004']);
  });
});
