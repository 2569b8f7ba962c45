import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { lastAccepted, type Place } from './last-accepted.ts';
import { showRevocations, summaryOf } from './revocation-report.ts';

function door(name: string, closesAfterMs: number) {
  let closed = false;
  const place: Place = { name, call: async () => !closed };
  const close = async (): Promise<void> => {
    await sleep(closesAfterMs);
    closed = true;
  };
  return { place, close };
}

test('the last place that lets somebody in says how long it took', async () => {
  const [one, other] = [door('one', 0), door('other', 80)];
  const command = async () => void (await Promise.all([one.close(), other.close()]));
  const ms = await lastAccepted({ places: [one.place, other.place], command, calmMs: 60 });
  expect(ms).toBeGreaterThan(40);
});

test('nothing is measured where nobody was let in before', async () => {
  const places = [{ name: 'order', call: async () => false }];
  await expect(lastAccepted({ places, command: async () => {} })).rejects.toThrow('order refuses before');
});

test('a place that never stops is named', async () => {
  const places = [{ name: 'order', call: async () => true }];
  const measured = lastAccepted({ places, command: async () => {}, patienceMs: 50 });
  await expect(measured).rejects.toThrow('order still lets in');
});

test('a command that fails is told', async () => {
  const places = [{ name: 'order', call: async () => true }];
  const command = () => Promise.reject(new Error('identity is gone'));
  await expect(lastAccepted({ places, command, patienceMs: 50 })).rejects.toThrow('identity is gone');
});

test('median and worst are told of each kind', () => {
  const summary = summaryOf('session', [30, 10, 20, 900]);
  expect(summary).toEqual({ kind: 'session', times: 4, medianMs: 25, worstMs: 900 });
  expect(showRevocations([summary])).toContain('session  4      25         900');
});
