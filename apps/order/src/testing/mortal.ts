import type { Database } from '@zt/kit/vault';
import type { Shop } from './shop.ts';

/** What a killed process does next. */
class Killed extends Error {}

/**
 * A process that is killed after so many looks at the outside, in the middle of a statement, a transaction or a call: what
 * it asked for last may have happened, and it does nothing after it, not even clean up.
 */
export interface Mortal {
  database(database: Database): Database;
  shop(shop: Shop): Shop;
  readonly isDead: () => boolean;
}

export function createMortal(options: { readonly steps: number; readonly happened: boolean }): Mortal {
  let left = options.steps;

  /** Of the last thing that is asked for the answer gets lost, and perhaps the question too. */
  async function live<Result>(work: () => Promise<Result>): Promise<Result> {
    left -= 1;
    if (left < 0) throw new Killed('the process was killed');
    if (left > 0 || options.happened) {
      const result = await work();
      if (left > 0) return result;
    }
    left = 0;
    throw new Killed('the process was killed');
  }

  function callsOf<Client extends object>(client: Client): Client {
    return new Proxy(client, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        return typeof call === 'function' ? (...args: unknown[]) => live(() => call.apply(target, args)) : call;
      },
    });
  }

  return {
    isDead: () => left <= 0,
    database: (database) => ({
      query: (sql, values) => live(() => database.query(sql, values)),
      transaction: (work) =>
        live(() =>
          database.transaction((transaction) =>
            work({ query: (sql, values) => live(() => transaction.query(sql, values)) }),
          ),
        ),
      describe: () => database.describe(),
    }),
    shop: (shop) => ({ ...shop, inventory: callsOf(shop.inventory), payment: callsOf(shop.payment) }),
  };
}
