import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeptSessions, type KeptSessions } from './kept-sessions.ts';

let directory: string;
let kept: KeptSessions;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-kept-'));
  kept = createKeptSessions(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const session = {
  user: 'alice',
  issuer: 'https://localhost:8443',
  refreshToken: 'a secret',
  loggedInAt: '2030-01-01T00:00:00.000Z',
};

test('a login is kept for its user, where nobody else can read it, until it is removed', async () => {
  expect(await kept.read('alice')).toBeNull();
  expect(await kept.users()).toEqual([]);
  await kept.write(session);
  expect(await kept.read('alice')).toEqual(session);
  expect(await kept.read('bob')).toBeNull();
  expect(await kept.users()).toEqual(['alice']);
  expect((await stat(join(directory, 'sessions/alice.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'sessions'))).mode & 0o777).toBe(0o700);
  await kept.remove('alice');
  expect(await kept.users()).toEqual([]);
  expect(await readdir(join(directory, 'sessions'))).toEqual([]);
});

test('two commands never use one login at the same moment', async () => {
  let inside = 0;
  const seen: number[] = [];
  const work = () =>
    kept.alone('alice', async () => {
      inside += 1;
      seen.push(inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    });
  await Promise.all([work(), work(), work()]);
  expect(seen).toEqual([1, 1, 1]);
});

test('a login is let go where the work fails', async () => {
  const failing = kept.alone('alice', () => Promise.reject(new Error('failed')));
  await expect(failing).rejects.toThrow('failed');
  await expect(kept.alone('alice', async () => 'done')).resolves.toBe('done');
});

test.each(['../alice', '', 'alice/../bob', 'Alice'])('%s is no name of a file', async (user) => {
  await expect(kept.write({ ...session, user })).rejects.toThrow(TypeError);
});
