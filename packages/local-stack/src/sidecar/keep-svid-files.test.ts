import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentitySnapshot, joinTrustBundles, type X509Svid } from '@zt/kit/identity';
import { createFixedX509Source, createTestCertificateAuthority, type TestCertificateAuthority } from '@zt/kit/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepSvidFiles } from './keep-svid-files.ts';
import { svidFiles } from './svid-files.ts';

describe('keeping the files of a server current', () => {
  let directory: string;
  let authority: TestCertificateAuthority;
  let written = 0;
  const failures: unknown[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zt-keep-'));
    authority = await createTestCertificateAuthority('zt.example');
    written = 0;
    failures.length = 0;
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const issue = () => authority.issueSvid({ spiffeId: 'spiffe://zt.example/ns/shop/sa/postgres' });
  const keep = async (svid: X509Svid, onWritten = async () => {}) => {
    const source = createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
    const count = async () => {
      written += 1;
      await onWritten();
    };
    await keepSvidFiles({ source, directory, onWritten: count, onFailure: (error) => failures.push(error) });
    return source;
  };
  const serialInFile = async () =>
    new X509Certificate(await readFile(svidFiles(directory).certificateFile)).serialNumber;

  it('follows each new SVID', async () => {
    const source = await keep(await issue());
    const next = await issue();
    source.set(createIdentitySnapshot(next, [authority.bundle]));
    await vi.waitFor(async () => expect(await serialInFile()).toBe(next.serialNumber));
    expect(written).toBe(2);
  });

  it('follows the bundle too, and does nothing where both are what they were', async () => {
    const svid = await issue();
    const source = await keep(svid);
    source.set(createIdentitySnapshot(svid, [authority.bundle]));
    const other = await createTestCertificateAuthority('zt.example');
    source.set(createIdentitySnapshot(svid, [joinTrustBundles(authority.bundle, other.bundle)]));
    await vi.waitFor(() => expect(written).toBe(2));
    expect((await readFile(svidFiles(directory).bundleFile, 'utf8')).match(/BEGIN/g)).toHaveLength(2);
  });

  it('tells of a failure, and goes on with the next change', async () => {
    let refuse = false;
    const source = await keep(await issue(), async () => {
      if (refuse) throw new Error('postgres does not answer');
    });
    refuse = true;
    source.set(createIdentitySnapshot(await issue(), [authority.bundle]));
    await vi.waitFor(() => expect(failures).toEqual([new Error('postgres does not answer')]));
    refuse = false;
    const last = await issue();
    source.set(createIdentitySnapshot(last, [authority.bundle]));
    await vi.waitFor(async () => expect(await serialInFile()).toBe(last.serialNumber));
  });

  it('writes again what could not be written, and leaves nothing half done', async () => {
    const source = await keep(await issue());
    // What is to be the next link can't be removed, as long as there is something in it.
    await mkdir(join(directory, 'next', 'in-the-way'), { recursive: true });
    const next = await issue();
    source.set(createIdentitySnapshot(next, [authority.bundle]));
    await vi.waitFor(() => expect(failures).not.toEqual([]));
    expect((await readdir(directory)).sort()).toEqual(['current', 'next', 'svid-000000001']);
    await rm(join(directory, 'next'), { recursive: true });
    await vi.waitFor(async () => expect(await serialInFile()).toBe(next.serialNumber), { timeout: 10_000 });
  });

  it('tells again who did not take the news, until it does', async () => {
    let refusals = 0;
    const source = await keep(await issue(), async () => {
      if (refusals === 0) return;
      refusals -= 1;
      throw new Error('the supervisor does not answer');
    });
    refusals = 2;
    source.set(createIdentitySnapshot(await issue(), [authority.bundle]));
    await vi.waitFor(() => expect([written, failures.length]).toEqual([4, 2]), { timeout: 10_000 });
  });
});
