import type { PoolClient } from 'pg';
import type { Database, Queryable } from './database.ts';
import { LoginRefusedError, queryFailure } from './database-failure.ts';
import type { RotatingLogin } from './rotating-login.ts';

/** Runs each piece of work from its begin to its end on connections of one login, whichever is in force when it begins. */
export function createLoginDatabase(logins: RotatingLogin): Database {
  async function borrow<Result>(work: (client: PoolClient) => Promise<Result>, attempts = 2): Promise<Result> {
    const inUse = await logins.inForce();
    try {
      return await inUse.pool.use(work);
    } catch (error) {
      if (!(error instanceof LoginRefusedError)) throw queryFailure(error);
      // Revoked behind our back. Nothing of the work ran, so it may run with another login.
      logins.refused(inUse);
      if (attempts <= 1) throw error;
      return await borrow(work, attempts - 1);
    }
  }

  return {
    query: (sql, values) => borrow((client) => queryableOf(client).query(sql, values)),
    transaction: (work) => borrow((client) => inTransaction(client, work)),
    describe() {
      const login = logins.current()?.login;
      if (login === undefined) return null;
      return { login: login.username, leaseId: login.lease.id, leaseEndsAt: login.lease.endsAt.toISOString() };
    },
  };
}

async function inTransaction<Result>(
  client: PoolClient,
  work: (transaction: Queryable) => Promise<Result>,
): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work(queryableOf(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await rollBack(client, error);
    throw error;
  }
}

async function rollBack(client: PoolClient, cause: unknown): Promise<void> {
  try {
    await client.query('rollback');
  } catch {
    // The session is of no use any more: closed, it rolls back by itself.
    await client.end().catch(() => {});
    throw cause;
  }
}

function queryableOf(client: PoolClient): Queryable {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const { rows } = await client.query<Row & Record<string, unknown>>(sql, [...values]);
      return rows;
    },
  };
}
