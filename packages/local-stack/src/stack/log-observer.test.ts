import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogObserver, vaultTrusts } from './log-observer.ts';
import { readProcessLogs } from './read-process-logs.ts';

describe('what workloads are seen to have', () => {
  let stateDirectory: string;
  beforeEach(async () => {
    stateDirectory = await mkdtemp(join(tmpdir(), 'zt-observer-'));
    await mkdir(join(stateDirectory, 'logs'));
  });
  afterEach(() => rm(stateDirectory, { recursive: true }));

  const observer = (processes = ['order', 'trust-updater']) =>
    createLogObserver({
      readLogs: readProcessLogs(stateDirectory),
      processes: processes.map((name) => ({ name, svids: [{ spiffeId: name, notAfter: '' }] })),
      svidTtlSeconds: 60,
    });
  const write = (name: string, line: object) =>
    appendFile(join(stateDirectory, 'logs', `${name}.log`), `${JSON.stringify(line)}\n`);
  const svid = (name: string, time: string, notAfter: string) =>
    write(name, {
      event: 'svid_received',
      time,
      notAfter,
      spiffeId: `spiffe://zt.example/ns/shop/sa/${name}`,
      serialNumber: '01',
    });
  const settled = async (promise: Promise<unknown>) => {
    let done = false;
    void promise.then(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return done;
  };

  it('is a new bundle once every workload and Vault have got it', async () => {
    await svid('order', '2026-01-01T00:00:01.000Z', '2026-01-01T00:01:00.000Z');
    await svid('trust-updater', '2026-01-01T00:00:11.000Z', '2026-01-01T00:01:00.000Z');
    const seen = observer().bundlesSince(new Date('2026-01-01T00:00:10Z'), 2);
    expect(await settled(seen)).toBe(false);
    await svid('order', '2026-01-01T00:00:12.000Z', '2026-01-01T00:01:00.000Z');
    expect(await settled(seen)).toBe(false);
    await write('trust-updater', { event: 'vault_trust_updated', time: '2026-01-01T00:00:13.000Z', authorities: 2 });
    await seen;
  });

  it('is a new bundle once every workload has got it, where nobody brings Vault its own', async () => {
    await svid('order', '2026-01-01T00:00:11.000Z', '2026-01-01T00:01:00.000Z');
    await observer(['order']).bundlesSince(new Date('2026-01-01T00:00:10Z'), 2);
  });

  it('is an SVID of the new authority by the second in which it was issued', async () => {
    await svid('trust-updater', '2026-01-01T00:00:12.000Z', '2026-01-01T00:01:12.000Z');
    await svid('order', '2026-01-01T00:00:12.000Z', '2026-01-01T00:01:09.000Z');
    const seen = observer().svidsIssuedSince(new Date('2026-01-01T00:00:10.500Z'));
    expect(await settled(seen)).toBe(false);
    await svid('order', '2026-01-01T00:00:13.000Z', '2026-01-01T00:01:13.000Z');
    await seen;
  });

  it('is not what Vault trusted before, nor another number of authorities', () => {
    const log = JSON.stringify({ event: 'vault_trust_updated', time: '2026-01-01T00:00:13.000Z', authorities: 2 });
    expect(vaultTrusts(log, new Date('2026-01-01T00:00:13Z'), 2)).toBe(true);
    expect(vaultTrusts(log, new Date('2026-01-01T00:00:14Z'), 2)).toBe(false);
    expect(vaultTrusts(log, new Date('2026-01-01T00:00:13Z'), 1)).toBe(false);
    expect(vaultTrusts('', new Date(0), 1)).toBe(false);
  });
});
