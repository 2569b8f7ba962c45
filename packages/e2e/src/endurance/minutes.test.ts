import { expect, test } from 'vitest';
import { createMinutes } from './minutes.ts';
import type { OrderOutcome } from './order-client.ts';

const told = { idempotencyKey: 'key', user: 'alice', orderId: 'o-1', status: 'confirmed' } as const;
const placed = (tookMs: number, tries = 1): OrderOutcome => ({
  kind: 'confirmed',
  told,
  tookMs,
  tries,
  troubles: [],
});

test('Orders are counted by the minute, with what half and nearly all of them took at most', () => {
  const minutes = createMinutes();
  for (let ms = 1; ms <= 100; ms += 1) minutes.add(0, placed(ms));
  minutes.add(1, placed(5_000, 4));
  minutes.add(1, { kind: 'failed', tookMs: 60_000, tries: 9, troubles: [] });
  minutes.add(1, {
    kind: 'rejected',
    told: { ...told, status: 'rejected' },
    because: '',
    tookMs: 1,
    tries: 1,
    troubles: [],
  });
  const [first, second] = [minutes.of(0), minutes.of(1)];
  expect(first).toMatchObject({ placed: 100, failed: 0, retries: 0 });
  expect([first.p50Ms, first.p99Ms, first.maxMs].map(Math.round)).toEqual([50, 99, 100]);
  expect(second).toMatchObject({ placed: 1, failed: 1, rejected: 1, retries: 11 });
  expect(Math.round(second.maxMs / 100)).toBe(50);
  expect(minutes.total()).toMatchObject({ placed: 101, failed: 1, rejected: 1, retries: 11 });
  expect(minutes.of(2)).toMatchObject({ placed: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});
