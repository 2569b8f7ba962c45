import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { statusOfError } from '../../errors.ts';
import type { VaultWorld } from '../vault/testing/vault-world.ts';
import { type DatabaseGround, startDatabaseGround, startPostgresWithSvid } from './database-ground.ts';

const patience = { timeout: 20_000, interval: 50 };

let world: VaultWorld;
let ground: DatabaseGround;

beforeAll(async () => {
  world = await startPostgresWithSvid();
}, 30_000);

afterEach(() => ground.close());

afterAll(() => world?.close());

const whoAmI = async (): Promise<string | undefined> => {
  const [row] = await ground.database.query<{ name: string }>('select session_user as name');
  return row?.name;
};

/** What a caller is told of work that met this. */
async function statusOf(work: Promise<unknown>): Promise<status> {
  const error: unknown = await work.then(
    () => expect.fail('it worked'),
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ reason: 'database_unavailable' });
  return statusOfError(error).code;
}

/** Waits until the login in hand is over. */
async function untilWithoutLogin(): Promise<void> {
  await vi.waitUntil(() => ground.database.describe() === null, patience);
}

test('while Vault is sealed the login in hand serves until its lease ends, and unsealed there is another', async () => {
  ground = await startDatabaseGround(world, { leaseSeconds: 4 });
  ground.vault.seal();
  const login = await whoAmI();
  await vi.waitUntil(() => ground.happened('database_login_failed'), patience);
  expect(await whoAmI()).toBe(login);
  await untilWithoutLogin();
  expect(await statusOf(whoAmI())).toBe(status.UNAVAILABLE);
  expect(ground.events).toContainEqual(expect.objectContaining({ event: 'database_login_ended', by: 'lease' }));
  ground.vault.unseal();
  await vi.waitFor(whoAmI, patience);
}, 60_000);

test('while Vault is gone it is the same', async () => {
  ground = await startDatabaseGround(world, { leaseSeconds: 4 });
  await ground.vault.stop();
  await whoAmI();
  await untilWithoutLogin();
  expect(await statusOf(whoAmI())).toBe(status.UNAVAILABLE);
  await ground.vault.start();
  await vi.waitFor(whoAmI, patience);
}, 60_000);

test('a Vault that is slow is waited for, with the login in hand', async () => {
  ground = await startDatabaseGround(world, { leaseSeconds: 4 });
  const login = await whoAmI();
  ground.vault.answerSlowly(500);
  await vi.waitUntil(async () => (await whoAmI()) !== login, patience);
  expect(ground.happened('database_login_failed')).toBe(false);
  ground.vault.mend();
}, 60_000);

test('after leases are revoked the query under way fails, and the next one has another login', async () => {
  ground = await startDatabaseGround(world);
  const login = await whoAmI();
  const underWay = statusOf(ground.database.query('select pg_sleep(60)'));
  await vi.waitUntil(() => isSleeping(), patience);
  expect(await ground.vault.revokeLeases('order')).toBe(1);
  expect(await underWay).toBe(status.UNAVAILABLE);
  const next = await whoAmI();
  expect(next).not.toBe(login);
  expect(ground.events).toContainEqual(expect.objectContaining({ event: 'database_login_ended', login, by: 'server' }));
  expect(ground.database.describe()?.login).toBe(next);
}, 60_000);

/** Whether the query that takes long has begun. */
async function isSleeping(): Promise<boolean> {
  const [row] = await ground.database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where query = 'select pg_sleep(60)'`,
  );
  return row?.count === 1;
}

test('after Postgres is killed the query under way fails, and the login in hand serves on', async () => {
  ground = await startDatabaseGround(world);
  const login = await whoAmI();
  const underWay = statusOf(ground.database.query('select pg_sleep(60)'));
  await vi.waitUntil(() => isSleeping(), patience);
  await world.postgres.kill();
  expect(await underWay).toBe(status.UNAVAILABLE);
  await vi.waitFor(whoAmI, patience);
  expect(await whoAmI()).toBe(login);
}, 60_000);
