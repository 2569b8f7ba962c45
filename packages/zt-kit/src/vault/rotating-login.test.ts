import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatabaseLogin, LoginSource } from './database-login.ts';
import type { LeasedPool } from './leased-pool.ts';
import { createRotatingLogin, type LoginEvent } from './rotating-login.ts';

const leaseMs = 60_000;
const fiveMinutes = 300_000;

/** Gives out logins without a database behind them, and can be down. */
function createSource(): LoginSource & { down: boolean } {
  let issued = 0;
  const source = {
    down: false,
    async issue(): Promise<DatabaseLogin> {
      if (source.down) throw new Error('down');
      issued += 1;
      const startsAt = new Date();
      const lease = { id: `lease/${issued}`, startsAt, endsAt: new Date(startsAt.getTime() + leaseMs) };
      return { username: `login-${issued}`, password: '', lease };
    },
    async renew(login: DatabaseLogin) {
      if (source.down) throw new Error('down');
      return login;
    },
    async end() {
      if (source.down) throw new Error('down');
    },
  };
  return source;
}

describe('a login while the clock is put', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function start() {
    const source = createSource();
    const events: LoginEvent[] = [];
    const cut: string[] = [];
    const logins = createRotatingLogin({
      source,
      openPool: async ({ username }) =>
        ({
          use: async (work) => work({} as never),
          drain: async () => {},
          cut: () => void cut.push(username),
        }) satisfies LeasedPool,
      log: (event) => events.push(event),
    });
    const started = logins.start(1_000);
    await vi.advanceTimersByTimeAsync(0);
    await started;
    return { source, logins, events, cut, name: () => logins.current()?.login.username };
  }
  const putClock = (ms: number) => vi.setSystemTime(Date.now() + ms);

  test('back by five minutes is replaced at half its life all the same', async () => {
    const { name, logins } = await start();
    putClock(-fiveMinutes);
    await vi.advanceTimersByTimeAsync(leaseMs / 2);
    expect(name()).toBe('login-2');
    await logins.close();
  });

  test('back by five minutes is not used beyond its lease where no other can be had', async () => {
    const { source, name, logins, cut, events } = await start();
    source.down = true;
    putClock(-fiveMinutes);
    await vi.advanceTimersByTimeAsync(leaseMs - 1);
    expect([name(), cut]).toEqual(['login-1', []]);
    await vi.advanceTimersByTimeAsync(1);
    expect([name(), cut]).toEqual([undefined, ['login-1']]);
    expect(events.at(-1)).toMatchObject({ event: 'database_login_ended', by: 'lease' });
    source.down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(name()).toBe('login-2');
    await logins.close();
  });

  test('forward by five minutes is over at once, and another takes its place', async () => {
    const { logins, cut } = await start();
    putClock(fiveMinutes);
    expect((await logins.inForce()).login.username).toBe('login-2');
    expect(cut).toEqual(['login-1']);
    await logins.close();
  });
});
