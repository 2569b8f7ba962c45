import { expect, test, vi } from 'vitest';
import type { Reason } from '../errors.ts';
import { createHandshakeFlood } from './handshake-flood.ts';

const from = (remote: string, reason: Reason = 'handshake_failed') => ({ remote, reason });

function admittedOf(flood: ReturnType<typeof createHandshakeFlood>, remotes: readonly string[]): number {
  return remotes.filter((remote) => flood.admit(from(remote)) !== null).length;
}

test('twenty refusals of one address get a record in ten seconds, whatever its ports', () => {
  let elapsedMs = 1_000;
  const flood = createHandshakeFlood({ elapsedMs: () => elapsedMs });
  const remotes = Array.from({ length: 25 }, (_none, index) => `10.0.0.1:${index}`);
  expect(admittedOf(flood, remotes)).toBe(20);
  expect(flood.admit(from('10.0.0.2:1'))).toEqual({ suppressed: 5 });
  expect(flood.admit(from('10.0.0.2:2'))).toEqual({ suppressed: 0 });
  elapsedMs = 11_001;
  expect(flood.admit(from('10.0.0.1:1'))).toEqual({ suppressed: 0 });
});

test('those of IPv6 and those that nobody can name have their own twenty', () => {
  const flood = createHandshakeFlood();
  expect(admittedOf(flood, Array<string>(25).fill('2001:db8::1:443'))).toBe(20);
  expect(admittedOf(flood, Array<string>(25).fill(''))).toBe(20);
});

test('two hundred refusals get a record in ten seconds, from however many addresses', () => {
  const flood = createHandshakeFlood();
  const remotes = Array.from({ length: 300 }, (_none, index) => `10.0.${index}.1:1`);
  expect(admittedOf(flood, remotes)).toBe(200);
});

test('an address that has had its records takes none from the others', () => {
  const flood = createHandshakeFlood();
  admittedOf(flood, Array<string>(1_000).fill('10.0.0.1:1'));
  expect(flood.admit(from('10.0.0.2:1'))).toEqual({ suppressed: 980 });
});

test('noise that anyone can make hides nobody who has a certificate of the trust domain', () => {
  const flood = createHandshakeFlood();
  admittedOf(flood, Array<string>(1_000).fill('10.0.0.1:1'));
  expect(flood.admit(from('10.0.0.1:2', 'peer_not_expected'))).toEqual({ suppressed: 980 });
});

test('a flood that nothing comes after is counted too', () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const rests: unknown[] = [];
  const flood = createHandshakeFlood({ onRest: (last, suppressed) => rests.push([last, suppressed]) });
  admittedOf(flood, Array<string>(1_000).fill('10.0.0.1:1'));
  vi.advanceTimersByTime(10_000);
  expect(rests).toEqual([[from('10.0.0.1:1'), 979]]);
  vi.advanceTimersByTime(60_000);
  expect(rests).toHaveLength(1);
  expect(flood.admit(from('10.0.0.2:1'))).toEqual({ suppressed: 0 });
  vi.useRealTimers();
});
