import { idOf } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { showProgress, showTraffic, type TrafficReport } from './show-traffic.ts';
import { plain } from './testing/made-up.ts';

const report: TrafficReport = {
  seconds: 59.7,
  count: { placed: 1204, failed: 0, failures: [] },
  services: [
    { service: idOf('gateway'), svids: 3, logins: 0 },
    { service: idOf('order'), svids: 2, logins: 3 },
  ],
};

test('Progress is one line', () => {
  expect(showProgress(report, plain)).toBe('   60 s   placed 1204   failed 0   SVID rotations 3   database logins 3');
});

test('The sums are told per service and in all', () => {
  expect(showTraffic(report, plain)).toEqual([
    '',
    '      service   SVIDs   rotations   database logins',
    '      gateway       3           2                 –',
    '      order         2           1                 3',
    '',
    '✔ 1204 orders placed, 0 failed in 60 s: 3 SVID rotations, 3 database logins.',
  ]);
});

test('Failures are told with what they said', () => {
  const count = { placed: 3, failed: 2, failures: ['503 There was no answer in time.'] };
  const lines = showTraffic({ ...report, count }, plain);
  expect(lines.slice(-2)).toEqual([
    '✖ 3 orders placed, 2 failed in 60 s: 3 SVID rotations, 3 database logins.',
    '503 There was no answer in time.',
  ]);
});

test('No order at all is no success', () => {
  const count = { placed: 0, failed: 0, failures: [] };
  expect(showTraffic({ ...report, count }, plain).at(-1)).toContain('✖ 0 orders placed');
});
