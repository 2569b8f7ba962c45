import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { Pool, type PoolClient } from 'pg';
import type { Database, Queryable } from '../vault/database.ts';
import { startTestPostgres } from './postgres.ts';

/** A service's own tables in a real Postgres that is gone after `close`. */
export interface TestDatabase extends Database {
  close(): Promise<void>;
}

/** `migrations` is the service's folder of `001.do.sql`, …; they run as the superuser, and so do the queries. */
export async function startTestDatabase(migrations: URL): Promise<TestDatabase> {
  const postgres = await startTestPostgres();
  try {
    for (const file of (await readdir(migrations)).filter((name) => name.endsWith('.do.sql')).toSorted()) {
      await postgres.execute(await readFile(new URL(file, migrations), 'utf8'));
    }
  } catch (error) {
    await postgres.close();
    throw error;
  }
  const pool = new Pool({ connectionString: postgres.connectionString(), max: 20 });
  const ended: Promise<unknown>[] = [];
  pool.on('connect', (client) => ended.push(once(client, 'end')));
  return {
    ...queryableOf(pool),
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(queryableOf(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    describe: () => null,
    close: async () => {
      await pool.end();
      // The pool has let go of its sessions before they are closed: the server must not be gone first.
      await Promise.all(ended);
      await postgres.close();
    },
  };
}

function queryableOf(connection: Pool | PoolClient): Queryable {
  return {
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await connection.query<Row>(sql, [...values])).rows,
  };
}
