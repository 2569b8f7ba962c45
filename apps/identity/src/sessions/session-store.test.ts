import type { TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOidcStore, type OidcStore } from '../provider/oidc-store.ts';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { seedUsersSql } from '../users/seed-users-sql.ts';
import { createUsers } from '../users/users.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';

let database: TestDatabase;
let records: OidcStore;
let sessions: SessionStore;

beforeAll(async () => {
  database = await startIdentityDatabase();
  const password = 'a password that is long';
  await database.asOwner(await seedUsersSql({ alice: { password, roles: [] }, mallory: { password, roles: [] } }));
  records = createOidcStore(database);
  sessions = createSessionStore(database);
}, 30_000);
afterAll(() => database.close());

const start = (uid: string, accountId = 'alice', seconds = 100) =>
  records.save('Session', `cookie of ${uid}`, { uid, accountId }, seconds);

test("a session is active for its own user, until it ends, and not under another record's name", async () => {
  const before = Date.now();
  await start('u-2');
  await records.save('Grant', 'g-2', { uid: 'u-3', accountId: 'alice' }, 100);
  const state = await sessions.isActive('u-2', 'alice');
  expect(state.active && state.endsAt.getTime()).toBeGreaterThanOrEqual(before + 99_000);
  expect(await sessions.isActive('u-2', 'bob')).toEqual({ active: false });
  expect(await sessions.isActive('u-3', 'alice')).toEqual({ active: false });
  await start('u-4', 'alice', -1);
  expect(await sessions.isActive('u-4', 'alice')).toEqual({ active: false });
});

test('a session that has ended is told of, and nothing that was under way brings it back', async () => {
  await start('u-5');
  await sessions.end('u-5', 'logged_out');
  await sessions.end('u-5', 'revoked');
  expect((await sessions.news()).endedSessionIds).toContain('u-5');
  await start('u-5');
  expect(await records.find('Session', 'cookie of u-5')).toBeUndefined();
  expect(await records.findByUid('Session', 'u-5')).toBeUndefined();
  expect(await sessions.isActive('u-5', 'alice')).toEqual({ active: false });
  expect(await database.query('select reason from ended_sessions')).toEqual([{ reason: 'logged_out' }]);
});

test('a session whose time is up is told of as well, and one that goes on is not', async () => {
  await start('u-6', 'alice', -5);
  await start('u-7', 'alice', 50);
  const { endedSessionIds } = await sessions.news();
  expect(endedSessionIds).toContain('u-6');
  expect(endedSessionIds).not.toContain('u-7');
});

test('what ended longer ago than any token lives is news no more', async () => {
  await start('u-8');
  await sessions.end('u-8', 'logged_out');
  const endedAgo = (age: string) =>
    database.asOwner(`update ended_sessions set ended_at = now() - interval '${age}' where session_id = 'u-8'`);
  // Another issuer's token may live for an hour.
  await endedAgo('59 minutes');
  expect((await sessions.news()).endedSessionIds).toContain('u-8');
  await endedAgo('70 minutes');
  expect((await sessions.news()).endedSessionIds).not.toContain('u-8');
});

test('who is blocked loses all sessions and refresh tokens, and nobody else loses any', async () => {
  const users = await createUsers(database);
  await start('u-9', 'mallory');
  await records.save('RefreshToken', 'r-9', { accountId: 'mallory', grantId: 'g-9' }, 100);
  await start('u-10');
  expect(await sessions.block('mallory')).toBe(true);
  expect(await sessions.block('mallory')).toBe(true);
  expect((await users.find('mallory'))?.blocked).toBe(true);
  expect(await sessions.news()).toMatchObject({ blockedUserIds: ['mallory'] });
  expect((await sessions.news()).endedSessionIds).toContain('u-9');
  expect(await records.find('RefreshToken', 'r-9')).toBeUndefined();
  expect(await sessions.isActive('u-10', 'alice')).toMatchObject({ active: true });
  // One that began at the same moment counts for nothing either.
  await start('u-11', 'mallory');
  expect(await sessions.isActive('u-11', 'mallory')).toEqual({ active: false });

  expect(await sessions.unblock('mallory')).toBe(true);
  expect((await users.find('mallory'))?.blocked).toBe(false);
  expect((await sessions.news()).blockedUserIds).toEqual([]);
  expect(await sessions.isActive('u-9', 'mallory')).toEqual({ active: false });
});

test('nobody who is not there is blocked', async () => {
  expect(await sessions.block('nobody')).toBe(false);
  expect(await sessions.unblock('nobody')).toBe(false);
  expect((await sessions.news()).blockedUserIds).toEqual([]);
});

test('the service cannot give a user another password or other roles', async () => {
  await expect(database.query("update users set roles = '{finance}'")).rejects.toThrow();
});
