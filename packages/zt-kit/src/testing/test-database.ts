import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { Pool } from 'pg';
import type { Database } from '../vault/database.ts';
import type { LoginSource } from '../vault/database-login.ts';
import { createLeasedPool } from '../vault/leased-pool.ts';
import { createLoginDatabase } from '../vault/login-database.ts';
import { createRotatingLogin } from '../vault/rotating-login.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';

/** A service's own database in a real Postgres that is gone after `close`. */
export interface TestDatabase extends Database {
  /** Runs SQL that the service itself may not. */
  asOwner(sql: string): Promise<void>;
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Of the service, its database and its group role. */
  readonly name: string;
  /** The service's folder of `001.do.sql`, … */
  readonly migrations: URL;
  /** What the access graph says of this database. */
  readonly setup: { readonly owner: string; readonly cluster: string; readonly tableGrants: string };
}

/** Migrations run as the owner, and the service's queries with a login that has the service's grants and no others. */
export async function startTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const postgres = await startTestPostgres();
  try {
    return await openDatabase(postgres, options);
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

async function openDatabase(postgres: TestPostgres, options: TestDatabaseOptions): Promise<TestDatabase> {
  const { name, migrations, setup } = options;
  const asOwner = (sql: string) => postgres.execute(`set role "${setup.owner}"; ${sql}`, name);
  await postgres.execute(setup.cluster);
  await postgres.execute(`create database "${name}" owner "${setup.owner}"`);
  for (const file of (await readdir(migrations)).filter((each) => each.endsWith('.do.sql')).toSorted()) {
    await asOwner(await readFile(new URL(file, migrations), 'utf8'));
  }
  await postgres.execute(setup.tableGrants, name);

  const ended: Promise<unknown>[] = [];
  const logins = createRotatingLogin({
    source: oneLogin(postgres, name),
    async openPool({ username, password }) {
      const { host, port } = postgres;
      const pool = new Pool({ host, port, database: name, user: username, password, max: 20 });
      pool.on('connect', (client) => ended.push(once(client, 'end')));
      return createLeasedPool(pool, () => 'always the same');
    },
    log: () => {},
  });
  await logins.start(10_000);
  return {
    ...createLoginDatabase(logins),
    asOwner,
    async close() {
      await logins.close();
      // The pool has let go of its sessions before they are closed: the server must not be gone first.
      await Promise.all(ended);
      await postgres.close();
    },
  };
}

/** A login as Vault makes it, which outlives every test. */
function oneLogin(postgres: TestPostgres, group: string): LoginSource {
  return {
    async issue() {
      const [username, password] = [`v-${group}`, postgres.password];
      await postgres.execute(`create role "${username}" login password '${password}' in role "${group}"`);
      const startsAt = new Date();
      const endsAt = new Date(startsAt.getTime() + 24 * 3600_000);
      return { username, password, lease: { id: 'lease', startsAt, endsAt } };
    },
    renew: async (login) => login,
    end: async () => {},
  };
}
