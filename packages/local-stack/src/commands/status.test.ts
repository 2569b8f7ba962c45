import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ProcessStatus, StackStatus } from '../control/stack-status.ts';
import { statusTable } from './status.ts';

describe('the status table', () => {
  const process: ProcessStatus = { name: '', state: 'running', pid: 7, ports: [], restarts: 0, svids: [] };
  const id = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
  const status: StackStatus = {
    name: 'native',
    phase: 'running',
    startedAt: '2026-01-01T00:00:00.000Z',
    gatewayUrl: '',
    issuerUrl: '',
    processes: [
      { ...process, name: 'vault', ports: [1, 2] },
      {
        ...process,
        name: 'order',
        restarts: 2,
        svids: [{ spiffeId: id('order'), notAfter: '2026-01-01T00:00:40.000Z' }],
      },
      {
        ...process,
        name: 'payment',
        state: 'restarting',
        pid: null,
        svids: [{ spiffeId: id('payment'), notAfter: '2025-12-31T00:00:00.000Z' }],
      },
      { ...process, name: 'trust-updater', svids: [{ spiffeId: id('vault'), notAfter: '2026-01-01T00:00:50.000Z' }] },
    ],
  };
  const lines = stripVTControlCharacters(statusTable(status, new Date('2026-01-01T00:00:00Z'))).split('\n');

  it('says last which faults are in force, so that none stays on unnoticed', () => {
    const faults = [
      { fault: 'hang-stream', workload: 'order', until: null },
      { fault: 'seal-vault', workload: null, until: '2026-01-01T00:01:00.000Z' },
    ];
    const told = stripVTControlCharacters(statusTable({ ...status, faults }, new Date('2026-01-01T00:00:00Z')));
    expect(told.split('\n').slice(-1)).toEqual([
      'Faults in force: hang-stream order, seal-vault until 2026-01-01T00:01:00.000Z. Undone by: npx -y pnpm@12 zt fault mend --name native',
    ]);
    expect(lines.join()).not.toContain('Faults');
  });

  it('says of each process where it listens and how long its certificate is valid', () => {
    expect(lines.find((line) => line.startsWith('order'))).toMatch(
      /^order +running +7 +2 +spiffe:\/\/zt\.example\/ns\/shop\/sa\/order, 40 s left/,
    );
  });

  it('finds the certificate of a server in the hands of the sidecar', () => {
    expect(lines.find((line) => line.startsWith('vault'))).toMatch(/1 2 .*\/sa\/vault, 50 s left/);
  });

  it('shows what is started again and what has run out', () => {
    expect(lines.find((line) => line.startsWith('payment'))).toMatch(/^payment +restarting +.*\/sa\/payment, ended/);
  });

  it('says of containers how they are and since when, and finds the certificate of a copy in its own hands', () => {
    const svid = { spiffeId: id('inventory'), notAfter: '2026-01-01T00:00:40.000Z' };
    const container = { ...process, pid: null, health: 'healthy', startedAt: '2025-12-31T23:59:50.000Z' } as const;
    const processes: ProcessStatus[] = [
      { ...container, name: 'inventory-1', svids: [{ ...svid, notAfter: '2026-01-01T00:00:20.000Z' }] },
      { ...container, name: 'inventory-2', health: 'unhealthy', svids: [svid] },
      { ...container, name: 'audit', state: 'ended', endedAt: '2025-12-31T23:59:30.000Z' },
    ];
    const told = statusTable({ ...status, processes }, new Date('2026-01-01T00:00:00Z'));
    const [, one, two, ended] = stripVTControlCharacters(told).split('\n');
    expect(one).toMatch(/^inventory-1 +healthy +10 s .*\/sa\/inventory, 20 s left/);
    expect(two).toMatch(/^inventory-2 +unhealthy +10 s .*\/sa\/inventory, 40 s left/);
    expect(ended).toMatch(/^audit +ended +30 s/);
  });
});
