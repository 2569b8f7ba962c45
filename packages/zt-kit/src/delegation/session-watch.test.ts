import { expect, test } from 'vitest';
import { createSessionWatch } from './session-watch.ts';

const nothing = {
  endedSessionIds: [],
  blockedUserIds: [],
  unblockedUserIds: [],
  quarantinedWorkloads: [],
  releasedWorkloads: [],
  complete: false,
};
const all = { ...nothing, endedSessionIds: ['s-1'], blockedUserIds: ['mallory'], complete: true };
const wall = new Date('2030-01-01T00:00:00Z');

function start() {
  let nowMs = 1_000;
  const watch = createSessionWatch({ nowMs: () => nowMs });
  return {
    watch,
    pass: (ms: number) => {
      nowMs += ms;
    },
    of: (sessionId: string, userId = 'alice') => watch.stateOf(sessionId, userId, wall),
  };
}

test('at first nothing is known, and then who is blocked and what has ended', () => {
  const { watch, of } = start();
  expect(of('s-1')).toBe('unknown');
  watch.hear(all);
  expect(of('s-1')).toBe('ended');
  expect(of('s-2')).toBe('active');
  expect(of('s-2', 'mallory')).toBe('blocked');
  expect(of('s-1', 'mallory')).toBe('blocked');
});

test('changes are taken as they come', () => {
  const { watch, of } = start();
  watch.hear(all);
  watch.hear({ ...nothing, endedSessionIds: ['s-2'], blockedUserIds: ['bob'], unblockedUserIds: ['mallory'] });
  expect([of('s-1'), of('s-2'), of('s-3')]).toEqual(['ended', 'ended', 'active']);
  expect([of('s-3', 'mallory'), of('s-3', 'bob')]).toEqual(['active', 'blocked']);
});

test('after fifteen seconds of silence no session is known to be active, and with the next word it is', () => {
  const { watch, pass, of } = start();
  watch.hear(all);
  pass(15_000);
  expect(of('s-2')).toBe('active');
  pass(1);
  expect([of('s-2'), of('s-1'), of('s-2', 'mallory')]).toEqual(['unknown', 'ended', 'blocked']);
  watch.hear(nothing);
  expect(of('s-2')).toBe('active');
});

test('a new stream says all that counts: who is not blocked in it is blocked no more, and what has ended stays so', () => {
  const { watch, of } = start();
  watch.hear(all);
  watch.lose();
  expect(() => watch.hear(nothing)).toThrow(TypeError);
  watch.hear({ ...nothing, complete: true });
  expect([of('s-1'), of('s-2', 'mallory')]).toEqual(['ended', 'active']);
});

test('a change before anything complete is not taken', () => {
  const { watch, of } = start();
  expect(() => watch.hear({ ...nothing, endedSessionIds: ['s-1'] })).toThrow(TypeError);
  expect(of('s-2')).toBe('unknown');
});

test('a clock that is set says nothing about silence', () => {
  const { watch } = start();
  watch.hear(all);
  const later = new Date(wall.getTime() + 5 * 60_000);
  expect(watch.stateOf('s-2', 'alice', later)).toBe('active');
});

test('a session that has ended stays so for as long as a token of any issuer may live', () => {
  const { watch, pass, of } = start();
  watch.hear(all);
  pass(61 * 60_000);
  watch.hear(nothing);
  expect(of('s-1')).toBe('ended');
  pass(10 * 60_000);
  watch.hear(nothing);
  expect(of('s-1')).toBe('active');
});

const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';

test('a workload is quarantined until it is released, also through a silence, and each listener is told once', () => {
  const { watch, pass } = start();
  const told: string[] = [];
  watch.onQuarantined((spiffeId) => told.push(spiffeId));
  expect(watch.standingOf(order)).toBe('unknown');
  watch.hear(all);
  expect(watch.standingOf(order)).toBe('trusted');
  watch.hear({ ...nothing, quarantinedWorkloads: [order] });
  expect([watch.standingOf(order), watch.standingOf(payment)]).toEqual(['quarantined', 'trusted']);
  pass(15_001);
  expect([watch.standingOf(order), watch.standingOf(payment)]).toEqual(['quarantined', 'unknown']);
  watch.lose();
  watch.hear({ ...all, quarantinedWorkloads: [order, payment] });
  expect(told).toEqual([order, payment]);
  watch.hear({ ...nothing, releasedWorkloads: [order] });
  expect([watch.standingOf(order), watch.standingOf(payment)]).toEqual(['trusted', 'quarantined']);
  watch.lose();
  watch.hear(all);
  expect(watch.standingOf(payment)).toBe('trusted');
});
