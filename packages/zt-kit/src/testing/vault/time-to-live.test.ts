import { expect, test } from 'vitest';
import { parseSeconds, timeToLive } from './time-to-live.ts';

test.each([
  [60, 60],
  ['60', 60],
  ['60s', 60],
  ['1h30m', 5400],
  ['7d', 604_800],
  [undefined, 0],
  ['', 0],
])('%j is %j seconds', (said, seconds) => expect(parseSeconds(said)).toBe(seconds));

test.each(['soon', '1w', '60 s', -5, '1.5h', {}])('%j is no duration', (said) => {
  expect(() => parseSeconds(said)).toThrow(TypeError);
});

const issuedAt = new Date('2026-03-01T12:00:00.900Z');
const after = (seconds: number) => new Date(issuedAt.getTime() + seconds * 1000);
const life = { ttlSeconds: 4, maxTtlSeconds: 8, periodSeconds: 0 };
const left = (seconds: number, incrementSeconds = 0) =>
  timeToLive(life, { incrementSeconds, issuedAt, now: after(seconds) });

test('what is given out lives its usual time, or the time that is asked for, but no longer than its longest', () => {
  expect(left(0)).toEqual({ seconds: 4, warnings: [] });
  expect(left(2, 3)).toEqual({ seconds: 3, warnings: [] });
  expect(left(6).seconds).toBe(2);
  expect(left(0, 100).warnings).toEqual([
    'TTL of "1m40s" exceeded the effective max_ttl of "8s"; TTL value is capped accordingly',
  ]);
  expect(left(0, 14_400).warnings[0]).toContain('TTL of "4h" exceeded');
  expect(() => left(8)).toThrow('past the max TTL');
});

test('what has a period lives on by it for ever', () => {
  const periodic = { ...life, periodSeconds: 60 };
  expect(timeToLive(periodic, { incrementSeconds: 0, issuedAt, now: after(9_999) }).seconds).toBe(60);
});
