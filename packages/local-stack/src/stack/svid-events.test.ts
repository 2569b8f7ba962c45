import { describe, expect, it } from 'vitest';
import { lastSvidEvents } from './svid-events.ts';

describe('the SVIDs in a log', () => {
  const line = (name: string, notAfter: string) =>
    JSON.stringify({
      event: 'svid_received',
      time: '2026-01-01T00:00:00Z',
      spiffeId: name,
      serialNumber: '01',
      notAfter,
    });

  it('are the last of each workload', () => {
    const log = [
      line('a', '2026-01-01T00:01:00Z'),
      line('b', '2026-01-01T00:01:00Z'),
      line('a', '2026-01-01T00:02:00Z'),
    ].join('\n');
    expect(lastSvidEvents(log).map(({ spiffeId, notAfter }) => [spiffeId, notAfter.toISOString()])).toEqual([
      ['a', '2026-01-01T00:02:00.000Z'],
      ['b', '2026-01-01T00:01:00.000Z'],
    ]);
  });

  it('are read past lines of other kinds and a line that was cut off', () => {
    const log = `TypeError: "svid_received"\n{"event":"serving"}\n${line('a', '2026-01-01T00:01:00Z')}\n{"event":"svid_received","ti`;
    expect(lastSvidEvents(log)).toHaveLength(1);
  });
});
