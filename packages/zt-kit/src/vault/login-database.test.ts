import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import { connectFailure } from './database-failure.ts';
import type { DatabaseLogin, LoginSource } from './database-login.ts';
import { createLeasedPool } from './leased-pool.ts';
import { createLoginDatabase } from './login-database.ts';
import { createRotatingLogin, type LoginEvent, type RotatingLoginOptions } from './rotating-login.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.execute('create role shop; create table placed (id bigserial, by_login text)');
  await postgres.execute('grant insert, select on placed to shop; grant usage on sequence placed_id_seq to shop');
}, 60_000);

afterAll(() => postgres.close());

beforeEach(() => postgres.execute('truncate placed'));

/** Gives out real roles, as Vault does, and can be down. */
interface RoleSource extends LoginSource {
  down: boolean;
  readonly issued: DatabaseLogin[];
  readonly ended: string[];
  /** What Vault does to a role whose lease is over or revoked. */
  remove(username: string): Promise<void>;
}

function roleSource(leaseMs: number): RoleSource {
  const source: RoleSource = {
    down: false,
    issued: [],
    ended: [],
    async issue() {
      if (source.down) throw new TypeError('down');
      const startsAt = new Date();
      const username = `v-shop-${randomBytes(6).toString('hex')}`;
      const password = randomBytes(12).toString('hex');
      await postgres.execute(`create role "${username}" login password '${password}' in role shop`);
      const lease = { id: `lease/${username}`, startsAt, endsAt: new Date(startsAt.getTime() + leaseMs) };
      const login = { username, password, lease };
      source.issued.push(login);
      return login;
    },
    async renew(login) {
      if (source.down) throw new TypeError('down');
      return { ...login, lease: { ...login.lease, endsAt: new Date(Date.now() + leaseMs) } };
    },
    async end(login) {
      if (source.down) throw new TypeError('down');
      await source.remove(login.username);
      source.ended.push(login.username);
    },
    remove: (username) =>
      postgres.execute(`alter role "${username}" nologin;
        select pg_terminate_backend(pid) from pg_stat_activity where usename = '${username}'; drop role "${username}"`),
  };
  return source;
}

interface Opened {
  readonly events: LoginEvent[];
  readonly database: ReturnType<typeof createLoginDatabase>;
  readonly logins: ReturnType<typeof createRotatingLogin>;
}

async function open(source: LoginSource, more: Partial<RotatingLoginOptions> = {}, connections = 4): Promise<Opened> {
  const events: LoginEvent[] = [];
  const logins = createRotatingLogin({
    source,
    async openPool({ username, password }) {
      const { host, port } = postgres;
      const pool = new Pool({ host, port, user: username, password, database: 'postgres', max: connections });
      const leased = createLeasedPool(pool, () => 'same');
      await leased.use(async () => {}).catch((error: unknown) => Promise.reject(connectFailure(error)));
      return leased;
    },
    log: (event) => events.push(event),
    retryMs: { shortest: 20, longest: 100 },
    ...more,
  });
  await logins.start(10_000);
  return { events, logins, database: createLoginDatabase(logins) };
}

function told(events: readonly LoginEvent[], event: LoginEvent['event']): LoginEvent[] {
  return events.filter((each) => each.event === event);
}

const insert = 'insert into placed (by_login) values (current_user) returning id';

test('no query and no transaction fails while logins of two seconds are replaced under eight workers', async () => {
  const source = roleSource(2_000);
  const { database, logins, events } = await open(source);
  const until = Date.now() + 7_000;
  const failures: unknown[] = [];
  let done = 0;
  const worker = async (index: number) => {
    while (Date.now() < until) {
      try {
        if (index % 2 === 0) await database.query(insert);
        else {
          await database.transaction(async (transaction) => {
            await transaction.query('select pg_sleep(0.05)');
            await transaction.query(insert);
          });
        }
        done++;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, index) => worker(index)));
  await logins.close();
  const [count] = await countPlaced();
  expect(failures).toEqual([]);
  expect(count?.rows).toBe(done);
  // The last one may have been taken when all workers had stopped.
  expect(count?.logins).toBeGreaterThanOrEqual(source.issued.length - 1);
  expect(source.issued.length).toBeGreaterThan(2);
  expect(source.ended.sort()).toEqual(source.issued.map((login) => login.username).sort());
  expect(told(events, 'database_login_failed')).toEqual([]);
}, 30_000);

async function countPlaced(): Promise<{ readonly rows: number; readonly logins: number }[]> {
  const pool = new Pool({ connectionString: postgres.connectionString() });
  const { rows } = await pool.query<{ rows: number; logins: number }>(
    'select count(*)::int as rows, count(distinct by_login)::int as logins from placed',
  );
  await pool.end();
  return rows;
}

test.concurrent('a transaction that began on a login ends on it, though another has taken its place', async () => {
  const source = roleSource(1_600);
  const { database, logins } = await open(source);
  const users = await database.transaction(async (transaction) => {
    const [before] = await transaction.query<{ name: string }>('select current_user as name');
    await wait(1_100);
    const [after] = await transaction.query<{ name: string }>('select current_user as name');
    expect(database.describe()?.login).not.toBe(before?.name);
    expect(source.ended).toEqual([]);
    return [before?.name, after?.name];
  });
  expect(users[0]).toBe(users[1]);
  await logins.close();
  expect(source.ended).toContain(users[0]);
});

test.concurrent('while no login can be had the one in hand serves on, is cut when its lease ends, and service comes back by itself', async ({
  expect,
}) => {
  const source = roleSource(1_500);
  const { database, logins, events } = await open(source);
  source.down = true;
  const leaseEndsAt = Date.parse(database.describe()?.leaseEndsAt ?? '');
  await wait(1_000);
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  const long = database.query('select pg_sleep(20)').catch((error: unknown) => error);
  expect(await long).toMatchObject({ reason: 'database_unavailable' });
  expect(Date.now()).toBeGreaterThanOrEqual(leaseEndsAt);
  await expect(database.query('select 1')).rejects.toMatchObject({ reason: 'database_unavailable' });
  expect(database.describe()).toBeNull();
  expect(told(events, 'database_login_ended')).toMatchObject([{ by: 'lease' }]);
  source.down = false;
  await expect.poll(() => database.describe(), { timeout: 5_000 }).not.toBeNull();
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  await logins.close();
}, 20_000);

test.concurrent('the first query after a sleep past the lease gets a new login', async () => {
  const source = roleSource(60_000);
  const { database, logins, events } = await open(source);
  const first = logins.current();
  if (first === null) throw new TypeError('no login');
  // What the sleep leaves behind: a lease that is over, and timers that have not fired yet.
  first.login = { ...first.login, lease: { ...first.login.lease, endsAt: new Date(Date.now() - 1) } };
  // Its role is still there: that the lease is over has to be enough.
  const [row] = await database.query<{ name: string }>('select current_user as name');
  expect(row?.name).toBe(source.issued[1]?.username);
  expect(told(events, 'database_login_ended')).toMatchObject([{ by: 'lease' }]);
  await logins.close();
});

test.concurrent('a login that the database no longer takes is replaced, and the query that met it succeeds', async () => {
  const source = roleSource(60_000);
  const { database, logins, events } = await open(source);
  const first = database.describe()?.login ?? '';
  await source.remove(first);
  await wait(100);
  const [row] = await database.query<{ name: string }>('select current_user as name');
  expect(row?.name).not.toBe(first);
  expect(told(events, 'database_login_ended')).toMatchObject([{ login: first, by: 'server' }]);
  await logins.close();
});

test.concurrent('a lease is renewed where a login may live longer than one lease', async ({ expect }) => {
  const source = roleSource(600);
  const { database, logins, events } = await open(source, { longestLifeMs: 3_000 });
  await expect.poll(() => told(events, 'database_login_renewed').length, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
  expect(source.issued).toHaveLength(1);
  await expect.poll(() => source.issued.length, { timeout: 5_000 }).toBe(2);
  expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
  await logins.close();
}, 15_000);

test.concurrent('work on a replaced login is cut after the time to drain', async () => {
  const source = roleSource(2_000);
  const { database, logins } = await open(source, { drainMs: 100 });
  const slow = database.query('select pg_sleep(10)');
  await expect(slow).rejects.toMatchObject({ reason: 'database_unavailable' });
  expect(source.issued).toHaveLength(2);
  await logins.close();
});

test.concurrent('more work than connections waits its turn', async () => {
  const source = roleSource(60_000);
  const { database, logins } = await open(source, {}, 2);
  const results = await Promise.all(Array.from({ length: 10 }, () => database.query('select pg_sleep(0.05)')));
  expect(results).toHaveLength(10);
  await logins.close();
});

test.concurrent("a failed transaction is rolled back, its error is the caller's, and the connection serves on", async () => {
  const source = roleSource(60_000);
  const { database, logins } = await open(source, {}, 1);
  const work = database.transaction(async (transaction) => {
    await transaction.query(insert);
    throw new RangeError('no');
  });
  await expect(work).rejects.toThrow(RangeError);
  await expect(database.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
  expect(await database.query('select count(*)::int as rows from placed')).toEqual([{ rows: 0 }]);
  await logins.close();
  await expect(database.query('select 1')).rejects.toMatchObject({ reason: 'database_unavailable' });
});

test.concurrent('a start without any login fails in time and leaves nothing running', async () => {
  const source = roleSource(60_000);
  source.down = true;
  const events: LoginEvent[] = [];
  const openPool = () => Promise.reject(new TypeError('never'));
  const logins = createRotatingLogin({
    source,
    openPool,
    log: (event) => events.push(event),
    retryMs: { shortest: 10, longest: 20 },
  });
  await expect(logins.start(200)).rejects.toMatchObject({ reason: 'database_unavailable' });
  await logins.close();
  const failed = events.length;
  await wait(100);
  expect(failed).toBeGreaterThan(1);
  expect(events).toHaveLength(failed);
});

test.concurrent('after the identity changed, a connection made with the old one serves once more and is closed', async () => {
  const identity = { inForce: 'first' };
  const pool = new Pool({ connectionString: postgres.connectionString(), max: 1 });
  const leased = createLeasedPool(pool, () => identity.inForce);
  const session = () =>
    leased.use(async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      return rows[0]?.pid;
    });
  const first = await session();
  expect(await session()).toBe(first);
  identity.inForce = 'second';
  expect(await session()).toBe(first);
  const second = await session();
  expect(second).not.toBe(first);
  expect(await session()).toBe(second);
  await leased.drain();
  await expect(session()).rejects.toMatchObject({ reason: 'database_unavailable' });
});

test.concurrent('no event holds a password', async () => {
  const source = roleSource(800);
  const { logins, events } = await open(source);
  await wait(1_000);
  await logins.close();
  for (const { password } of source.issued) expect(JSON.stringify(events)).not.toContain(password);
});
