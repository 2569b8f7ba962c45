import type { Pool, PoolClient } from 'pg';
import { ZeroTrustError } from '../errors.ts';
import { connectFailure, isSessionLost } from './database-failure.ts';

/** The connections of one login. */
export interface LeasedPool {
  /** Lends a connection for the time of the work. Rejects with `database_unavailable` after `drain` or `cut`. */
  use<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result>;
  /** Takes no new work; settles when the last piece of it is done and all connections are closed. */
  drain(): Promise<void>;
  /** Closes all connections at once, also those at work. */
  cut(): void;
}

type State = 'open' | 'draining' | 'cut';

/** `identity` gives what connections are made with at the moment: one made with another is closed when it is given back. */
export function createLeasedPool(pool: Pool, identity: () => unknown): LeasedPool {
  let state: State = 'open';
  let users = 0;
  const lent = new Set<PoolClient>();
  const madeWith = new WeakMap<PoolClient, unknown>();
  const idle = Promise.withResolvers<void>();
  const severed = Promise.withResolvers<never>();
  severed.promise.catch(() => {});
  // An idle connection that the server closes is no failure: the pool drops it, and opens another when one is needed.
  pool.on('error', () => {});
  pool.on('connect', (client) => madeWith.set(client, identity()));

  async function checkOut(): Promise<PoolClient> {
    const connecting = pool.connect();
    try {
      const client = await Promise.race([connecting, severed.promise]);
      client.on('error', ignoreError);
      lent.add(client);
      return client;
    } catch (error) {
      connecting.then(
        (late) => late.release(true),
        () => {},
      );
      throw connectFailure(error);
    }
  }

  function giveBack(client: PoolClient, lost: boolean): void {
    lent.delete(client);
    client.off('error', ignoreError);
    client.release(lost || madeWith.get(client) !== identity());
  }

  async function borrow<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await checkOut();
    let lost = false;
    try {
      return await work(client);
    } catch (error) {
      lost = isSessionLost(error) || state === 'cut';
      throw error;
    } finally {
      giveBack(client, lost);
    }
  }

  return {
    async use(work) {
      if (state !== 'open') throw new ZeroTrustError('database_unavailable', 'the database login is being replaced');
      users++;
      try {
        return await borrow(work);
      } finally {
        users--;
        if (users === 0 && state !== 'open') idle.resolve();
      }
    },
    async drain() {
      if (state === 'open') state = 'draining';
      if (users > 0) await idle.promise;
      if (!pool.ending) await pool.end();
    },
    cut() {
      if (state === 'cut') return;
      state = 'cut';
      severed.reject(new ZeroTrustError('database_unavailable', 'the database login has ended'));
      for (const client of lent) void client.end().catch(() => {});
      if (!pool.ending) void pool.end().catch(() => {});
      idle.resolve();
    },
  };
}

// A lent connection that breaks rejects its query; without a listener the event would end the process as well.
function ignoreError(): void {}
