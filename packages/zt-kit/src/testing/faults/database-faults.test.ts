import { status } from '@grpc/grpc-js';
import { afterAll, test as base, beforeAll, expect, vi } from 'vitest';
import { statusOfError } from '../../errors.ts';
import type { VaultWorld } from '../vault/testing/vault-world.ts';
import { type DatabaseGround, startDatabaseGround, startPostgresWithSvid } from './database-ground.ts';

const patience = { timeout: 20_000, interval: 50 };

let world: VaultWorld;

/** So long that a machine which is busy with other tests sees the login in hand before its lease ends. */
const leaseSeconds = 8;

/** Each has a Vault and a pool of its own, for which leases live so long. */
const test = base.extend<{ open: (leaseSeconds?: number) => Promise<DatabaseGround> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs.
  open: async ({}, use) => {
    const opened: DatabaseGround[] = [];
    await use(async (leaseSeconds) => {
      const ground = await startDatabaseGround(world, leaseSeconds);
      opened.push(ground);
      return ground;
    });
    for (const ground of opened) await ground.close();
  },
});

beforeAll(async () => {
  world = await startPostgresWithSvid();
}, 30_000);

afterAll(() => world?.close());

const whoAmI = async ({ database }: DatabaseGround): Promise<string | undefined> => {
  const [row] = await database.query<{ name: string }>('select session_user as name');
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
async function untilWithoutLogin({ database }: DatabaseGround): Promise<void> {
  await vi.waitUntil(() => database.describe() === null, patience);
}

test.concurrent('while Vault is sealed the login in hand serves until its lease ends, and unsealed there is another', async ({
  open,
}) => {
  const ground = await open(leaseSeconds);
  ground.vault.seal();
  const login = await whoAmI(ground);
  await vi.waitUntil(() => ground.happened('database_login_failed'), patience);
  expect(await whoAmI(ground)).toBe(login);
  await untilWithoutLogin(ground);
  expect(await statusOf(whoAmI(ground))).toBe(status.UNAVAILABLE);
  expect(ground.events).toContainEqual(expect.objectContaining({ event: 'database_login_ended', by: 'lease' }));
  ground.vault.unseal();
  await vi.waitFor(() => whoAmI(ground), patience);
}, 60_000);

test.concurrent('while Vault is gone it is the same', async ({ open }) => {
  const ground = await open(leaseSeconds);
  await ground.vault.stop();
  await whoAmI(ground);
  await untilWithoutLogin(ground);
  expect(await statusOf(whoAmI(ground))).toBe(status.UNAVAILABLE);
  await ground.vault.start();
  await vi.waitFor(() => whoAmI(ground), patience);
}, 60_000);

test.concurrent('a Vault that is slow is waited for, with the login in hand', async ({ open }) => {
  const ground = await open(leaseSeconds);
  const login = await whoAmI(ground);
  ground.vault.answerSlowly(500);
  await vi.waitUntil(async () => (await whoAmI(ground)) !== login, patience);
  expect(ground.happened('database_login_failed')).toBe(false);
  ground.vault.mend();
}, 60_000);

test('after leases are revoked the query under way fails, and the next one has another login', async ({ open }) => {
  const ground = await open();
  const login = await whoAmI(ground);
  const underWay = statusOf(ground.database.query('select pg_sleep(60)'));
  await vi.waitUntil(() => isSleeping(ground), patience);
  expect(await ground.vault.revokeLeases('order')).toBe(1);
  expect(await underWay).toBe(status.UNAVAILABLE);
  // A connection that nobody uses may not have heard yet that it is cut.
  const next = await vi.waitFor(() => whoAmI(ground), patience);
  expect(next).not.toBe(login);
  expect(ground.events).toContainEqual(expect.objectContaining({ event: 'database_login_ended', login, by: 'server' }));
  expect(ground.database.describe()?.login).toBe(next);
}, 60_000);

/** Whether the query that takes long has begun. */
async function isSleeping({ database }: DatabaseGround): Promise<boolean> {
  const [row] = await database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where query = 'select pg_sleep(60)'`,
  );
  return row?.count === 1;
}

test('after Postgres is killed the query under way fails, and the login in hand serves on', async ({ open }) => {
  const ground = await open();
  const login = await whoAmI(ground);
  const underWay = statusOf(ground.database.query('select pg_sleep(60)'));
  await vi.waitUntil(() => isSleeping(ground), patience);
  await world.postgres.kill();
  expect(await underWay).toBe(status.UNAVAILABLE);
  await vi.waitFor(() => whoAmI(ground), patience);
  expect(await whoAmI(ground)).toBe(login);
}, 60_000);
