import type { TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOidcStore } from '../provider/oidc-store.ts';
import { createSessionStore } from '../sessions/session-store.ts';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { parseNewUsers, seedUsersSql } from './seed-users-sql.ts';
import { createUsers, type Users } from './users.ts';

let database: TestDatabase;
let users: Users;

beforeAll(async () => {
  database = await startIdentityDatabase();
  await database.asOwner(
    await seedUsersSql({ fiona: { password: 'correct horse battery', roles: ['finance', 'support'] } }),
  );
  users = await createUsers(database);
}, 30_000);
afterAll(() => database.close());

describe('a user', () => {
  test('is known by name and password, and has the roles that were given', async () => {
    const fiona = { id: 'fiona', roles: ['finance', 'support'], blocked: false };
    expect(await users.authenticate('fiona', 'correct horse battery')).toEqual(fiona);
    expect(await users.find('fiona')).toEqual(fiona);
  });

  test.each([
    ['with another password', 'fiona', 'correct horse batterY'],
    ['with a password that is too long', 'fiona', 'x'.repeat(257)],
    ['under an unknown name', 'nobody', 'correct horse battery'],
    ['under a name in other letters', 'Fiona', 'correct horse battery'],
  ])('is not let in %s', async (_title, id, password) => {
    expect(await users.authenticate(id, password)).toBeNull();
  });

  test('who is made again has the new password and roles', async () => {
    await database.asOwner(await seedUsersSql({ gina: { password: 'the first password', roles: ['support'] } }));
    await database.asOwner(await seedUsersSql({ gina: { password: 'the second password', roles: [] } }));
    expect(await users.authenticate('gina', 'the first password')).toBeNull();
    expect(await users.authenticate('gina', 'the second password')).toEqual({ id: 'gina', roles: [], blocked: false });
  });
});

test('all users are listed, with how many sessions they have', async () => {
  const records = createOidcStore(database);
  await records.save('Session', 'cookie-1', { uid: 'u-1', accountId: 'fiona' }, 60);
  await records.save('Session', 'cookie-2', { uid: 'u-2', accountId: 'fiona' }, 60);
  await records.save('Session', 'cookie-3', { uid: 'u-3', accountId: 'fiona' }, -1);
  await createSessionStore(database).end('u-2', 'logged_out');
  const listed = await users.list();
  expect(listed[0]).toEqual({ id: 'fiona', roles: ['finance', 'support'], blocked: false, sessions: 1 });
  expect(listed.map(({ id }) => id)).toEqual(['fiona', 'gina']);
});

describe('a password hash', () => {
  test('is another one each time, and holds no password', async () => {
    const hashes = await Promise.all([hashPassword('the same password'), hashPassword('the same password')]);
    expect(hashes[0]).not.toBe(hashes[1]);
    for (const hash of hashes) {
      expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      expect(await verifyPassword('the same password', hash)).toBe(true);
    }
  });

  test('of letters with accents does not depend on how they were typed', async () => {
    expect(await verifyPassword('café au lait', await hashPassword('cafe\u0301 au lait'))).toBe(true);
  });

  test('that was made otherwise is an error and not a wrong password', async () => {
    await expect(verifyPassword('x', '$scrypt$ln=1,r=8,p=1$AAAA$AAAA')).rejects.toThrow(TypeError);
  });
});

test.each([
  ['a name with a quote', '{"a\'b":{"password":"long enough a password","roles":[]}}'],
  ['a role with a brace', '{"a":{"password":"long enough a password","roles":["a}"]}}'],
  ['a short password', '{"a":{"password":"hunter2","roles":[]}}'],
  ['something that is no JSON', 'hunter2'],
])('%s makes no SQL, and no message repeats a password', (_title, json) => {
  expect(() => parseNewUsers(json)).toThrow(TypeError);
  expect(() => parseNewUsers(json)).not.toThrow(/hunter2|long enough/);
});
