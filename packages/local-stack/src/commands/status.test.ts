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
});
