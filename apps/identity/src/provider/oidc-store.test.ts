import type { TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { createOidcAdapter } from './oidc-adapter.ts';
import { createOidcStore, type OidcStore } from './oidc-store.ts';

let database: TestDatabase;
let store: OidcStore;

beforeAll(async () => {
  database = await startIdentityDatabase();
  store = createOidcStore(database);
}, 30_000);
afterAll(() => database.close());

test('a record comes back as it was kept, under its id and no other', async () => {
  await store.save('AuthorizationCode', 'code-1', { jti: 'code-1', scope: 'openid', grantId: 'g' }, 60);
  expect(await store.find('AuthorizationCode', 'code-1')).toEqual({ jti: 'code-1', scope: 'openid', grantId: 'g' });
  expect(await store.find('AuthorizationCode', 'code-2')).toBeUndefined();
  expect(await store.find('RefreshToken', 'code-1')).toBeUndefined();
});

test('a record that is kept again is replaced', async () => {
  await store.save('Interaction', 'i', { scope: 'a' }, 60);
  await store.save('Interaction', 'i', { scope: 'b' }, 60);
  expect(await store.find('Interaction', 'i')).toEqual({ jti: 'i', scope: 'b' });
});

test('of ten requests that use one code at once, one may', async () => {
  await store.save('AuthorizationCode', 'code-3', {}, 60);
  const uses = await Promise.all(Array.from({ length: 10 }, () => store.consume('AuthorizationCode', 'code-3')));
  expect(uses.filter((used) => used)).toHaveLength(1);
  expect(await store.find('AuthorizationCode', 'code-3')).toMatchObject({ consumed: expect.any(Number) });
});

test('oidc-provider is told of a code that another request was quicker to use', async () => {
  const adapter = createOidcAdapter(store)('AuthorizationCode');
  await adapter.upsert('code-4', {}, 60);
  await adapter.consume('code-4');
  await expect(adapter.consume('code-4')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('nothing is kept for ever', async () => {
  await expect(createOidcAdapter(store)('Session').upsert('s', {}, undefined as never)).rejects.toThrow(TypeError);
});

test('a revoked grant takes its codes and tokens along, and no others', async () => {
  await store.save('RefreshToken', 'r-1', { grantId: 'grant-1' }, 60);
  await store.save('AuthorizationCode', 'c-1', { grantId: 'grant-1' }, 60);
  await store.save('RefreshToken', 'r-2', { grantId: 'grant-2' }, 60);
  await createOidcAdapter(store)('RefreshToken').revokeByGrantId('grant-1');
  expect(await store.find('RefreshToken', 'r-1')).toBeUndefined();
  expect(await store.find('AuthorizationCode', 'c-1')).toBeUndefined();
  expect(await store.find('RefreshToken', 'r-2')).toBeDefined();
});

test('what has expired counts no more, and is cleared away', async () => {
  await store.save('Session', 's-1', { uid: 'u-1', accountId: 'alice' }, -1);
  expect(await store.find('Session', 's-1')).toBeUndefined();
  expect(await store.findByUid('Session', 'u-1')).toBeUndefined();
  expect(await store.isActive('u-1', 'alice')).toEqual({ active: false });
  await store.removeExpired();
  expect(await database.query("select 1 from oidc_records where uid = 'u-1'")).toEqual([]);
});

test("a session is active for its own user, until it ends, and not under another record's name", async () => {
  const before = Date.now();
  await store.save('Session', 's-2', { uid: 'u-2', accountId: 'alice' }, 100);
  await store.save('Grant', 'g-2', { uid: 'u-3', accountId: 'alice' }, 100);
  const state = await store.isActive('u-2', 'alice');
  expect(state.active && state.endsAt.getTime()).toBeGreaterThanOrEqual(before + 99_000);
  expect(await store.isActive('u-2', 'bob')).toEqual({ active: false });
  expect(await store.isActive('u-3', 'alice')).toEqual({ active: false });
  await store.remove('Session', 's-2');
  expect(await store.isActive('u-2', 'alice')).toEqual({ active: false });
});
