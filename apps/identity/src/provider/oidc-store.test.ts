import type { TestDatabase } from '@zt/kit/testing';
import type { Adapter } from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { createOidcAdapter } from './oidc-adapter.ts';
import { createOidcStore, type OidcStore } from './oidc-store.ts';

let database: TestDatabase;
let store: OidcStore;

const gone: object[] = [];
const adapterOf = (model: string) =>
  createOidcAdapter({
    store,
    onDevicePoll: async () => {},
    onRefreshTokenGone: async (token) => void gone.push(token),
  })(model) as Adapter;

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
  const adapter = adapterOf('AuthorizationCode');
  await adapter.upsert('code-4', {}, 60);
  await adapter.consume('code-4');
  await expect(adapter.consume('code-4')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('nothing is kept for ever', async () => {
  await expect(adapterOf('Session').upsert('s', {}, undefined as never)).rejects.toThrow(TypeError);
});

test('a revoked grant takes its codes and tokens along, and no others', async () => {
  await store.save('RefreshToken', 'r-1', { grantId: 'grant-1' }, 60);
  await store.save('AuthorizationCode', 'c-1', { grantId: 'grant-1' }, 60);
  await store.save('RefreshToken', 'r-2', { grantId: 'grant-2' }, 60);
  await adapterOf('RefreshToken').revokeByGrantId('grant-1');
  expect(await store.find('RefreshToken', 'r-1')).toBeUndefined();
  expect(await store.find('AuthorizationCode', 'c-1')).toBeUndefined();
  expect(await store.find('RefreshToken', 'r-2')).toBeDefined();
});

test('what has expired counts no more, and is cleared away once no token of it can be alive', async () => {
  await store.save('Session', 's-1', { uid: 'u-1', accountId: 'alice' }, -1);
  await store.save('Session', 's-0', { uid: 'u-0', accountId: 'alice' }, -3600);
  expect(await store.find('Session', 's-1')).toBeUndefined();
  expect(await store.findByUid('Session', 'u-1')).toBeUndefined();
  await store.removeExpired();
  const rows = await database.query("select uid from oidc_records where uid in ('u-0', 'u-1')");
  expect(rows).toEqual([{ uid: 'u-1' }]);
});

test('a device code is found by what a person types, under a name that opens nothing', async () => {
  await adapterOf('DeviceCode').upsert('device-1', { jti: 'device-1', userCode: 'BCDFGHJK', clientId: 'zt-cli' }, 60);
  const found = await adapterOf('DeviceCode').findByUserCode('BCDFGHJK');
  expect(found).toMatchObject({ userCode: 'BCDFGHJK', clientId: 'zt-cli' });
  const alias = String(found?.jti);
  expect(alias).not.toContain('device-1');
  expect(await adapterOf('DeviceCode').findByUserCode('XXXXXXXX')).toBeUndefined();
  // What is written under that name is written to the record.
  await adapterOf('DeviceCode').upsert(alias, { jti: alias, clientId: 'zt-cli', accountId: 'alice' }, 60);
  expect(await adapterOf('DeviceCode').find('device-1')).toMatchObject({ accountId: 'alice' });
  expect(await adapterOf('DeviceCode').find(alias)).toBeUndefined();
  const kept = JSON.stringify(await database.query("select * from oidc_records where model = 'DeviceCode'"));
  expect(kept).not.toMatch(/BCDFGHJK|device-1/);
});

test('of a refresh token that is taken away, revoked or used twice, its session is told', async () => {
  const token = (session: string) => ({ grantId: 'grant-3', sessionUid: session });
  await store.save('RefreshToken', 'r-3', token('u-3'), 60);
  await adapterOf('RefreshToken').destroy('r-3');
  await store.save('RefreshToken', 'r-4', token('u-4'), 60);
  await adapterOf('RefreshToken').consume('r-4');
  await expect(adapterOf('RefreshToken').consume('r-4')).rejects.toMatchObject({ error: 'invalid_grant' });
  await adapterOf('RefreshToken').destroy('r-4');
  expect(gone).toEqual([
    { sessionId: 'u-3', wasReused: false },
    { sessionId: 'u-4', wasReused: true },
    { sessionId: 'u-4', wasReused: true },
  ]);
});
