import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { accessGraph, postgresSetup } from '@zt/access-graph';
import { startTestPostgres } from '@zt/kit/testing';
import type { Database, Queryable } from '@zt/kit/vault';
import { Pool, type PoolClient } from 'pg';

export interface TestDatabase extends Database {
  /** Runs SQL that the service itself may not. */
  asOwner(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** The service's own tables in a real Postgres, with the service's own grants and nothing else. Gone after `close`. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const postgres = await startTestPostgres();
  await postgres.execute(await readFile(new URL('../../migrations/001.do.sql', import.meta.url), 'utf8'));
  const password = randomUUID();
  await postgres.execute(`
    create role "inventory" nologin;
    create role service_login login password '${password}' in role "inventory";
  `);
  await postgres.execute(postgresSetup(accessGraph, 'inventory').tableGrants);
  const { host, port } = postgres;
  const pool = new Pool({ host, port, database: 'postgres', user: 'service_login', password, max: 20 });
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
    asOwner: (sql) => postgres.execute(sql),
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
