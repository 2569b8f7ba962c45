import { expect, test } from 'vitest';
import { createHandshakeFlood } from './handshake-flood.ts';

function admittedOf(flood: ReturnType<typeof createHandshakeFlood>, remotes: readonly string[]): number {
  return remotes.filter((remote) => flood.admit(remote) !== null).length;
}

test('twenty refusals of one address get a record in ten seconds, whatever its ports', () => {
  let elapsedMs = 1_000;
  const flood = createHandshakeFlood({ elapsedMs: () => elapsedMs });
  const remotes = Array.from({ length: 25 }, (_none, index) => `10.0.0.1:${index}`);
  expect(admittedOf(flood, remotes)).toBe(20);
  expect(flood.admit('10.0.0.2:1')).toEqual({ suppressed: 5 });
  expect(flood.admit('10.0.0.2:2')).toEqual({ suppressed: 0 });
  elapsedMs = 11_001;
  expect(flood.admit('10.0.0.1:1')).toEqual({ suppressed: 0 });
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
  expect(flood.admit('10.0.0.2:1')).toEqual({ suppressed: 980 });
});
