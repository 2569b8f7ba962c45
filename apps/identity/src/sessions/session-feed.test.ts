import type { SessionNews as Change } from '@zt/kit/delegation';
import type { Log } from '@zt/kit/service';
import { expect, onTestFinished, test } from 'vitest';
import { createSessionFeed } from './session-feed.ts';
import type { SessionNews } from './session-store.ts';

function start(
  options: { readonly everyMs?: number; readonly heartbeatMs?: number; readonly silenceMs?: number } = {},
) {
  let news: SessionNews | null = { endedSessionIds: ['s-1'], blockedUserIds: ['mallory'] };
  let quarantined: readonly string[] = [];
  const logged: string[] = [];
  const add = (event: string) => void logged.push(event);
  const log: Log = { info: add, warn: add, error: add };
  const feed = createSessionFeed({
    store: {
      async news() {
        if (news === null) throw new Error('the database is gone');
        return news;
      },
    },
    quarantine: { list: async () => quarantined.map((spiffeId) => ({ spiffeId, since: new Date() })) },
    log,
    everyMs: 10,
    heartbeatMs: 60_000,
    ...options,
  });
  const gone = new AbortController();
  onTestFinished(() => feed.close());
  const stream = feed.watch(gone.signal)[Symbol.asyncIterator]();
  return {
    feed,
    logged,
    gone,
    say: (said: SessionNews | null) => {
      news = said;
    },
    quarantine: (...workloads: readonly string[]) => {
      quarantined = workloads;
    },
    next: async (): Promise<Change | null> => {
      const { done, value } = await stream.next();
      return done === true ? null : (value as Change);
    },
  };
}

const nothing = {
  endedSessionIds: [],
  blockedUserIds: [],
  unblockedUserIds: [],
  quarantinedWorkloads: [],
  releasedWorkloads: [],
  complete: false,
};

test('who listens hears all that counts, and then each change once', async () => {
  const { say, next } = start();
  const all = { ...nothing, endedSessionIds: ['s-1'], blockedUserIds: ['mallory'], complete: true };
  expect(await next()).toEqual(all);
  say({ endedSessionIds: ['s-1', 's-2'], blockedUserIds: ['mallory'] });
  expect(await next()).toEqual({ ...nothing, endedSessionIds: ['s-2'] });
  say({ endedSessionIds: ['s-2'], blockedUserIds: ['bob'] });
  expect(await next()).toEqual({ ...nothing, blockedUserIds: ['bob'], unblockedUserIds: ['mallory'] });
});

test('where nothing changes, that is said', async () => {
  const { next } = start({ heartbeatMs: 0 });
  await next();
  expect(await next()).toEqual(nothing);
});

test('while the database cannot be asked nothing is said, and it is logged once', async () => {
  const { say, next, logged } = start({ heartbeatMs: 0 });
  await next();
  say(null);
  let heard = 0;
  const listening = (async () => {
    while ((await next()) !== null) heard += 1;
  })();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = heard;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(heard).toBe(before);
  expect(logged).toEqual(['sessions_unknown']);
  say({ endedSessionIds: [], blockedUserIds: [] });
  await expect.poll(() => heard).toBeGreaterThan(before);
  expect(logged).toEqual(['sessions_unknown', 'sessions_known_again']);
  void listening;
});

test('a change of our own is seen at once', async () => {
  const { feed, say, next } = start({ everyMs: 3_600_000 });
  const first = next();
  feed.lookNow();
  await first;
  say({ endedSessionIds: ['s-9'], blockedUserIds: ['mallory'] });
  feed.lookNow();
  expect(await next()).toEqual({ ...nothing, endedSessionIds: ['s-9'] });
});

test('the stream ends when the listener goes, and when the service stops', async () => {
  const one = start();
  await one.next();
  one.gone.abort();
  expect(await one.next()).toBeNull();
  const other = start();
  await other.next();
  other.feed.close();
  expect(await other.next()).toBeNull();
});

test('a workload that is quarantined is told of, here too, until it is released', async () => {
  const { feed, quarantine, next } = start();
  const [order, payment] = ['spiffe://zt.example/ns/shop/sa/order', 'spiffe://zt.example/ns/shop/sa/payment'];
  const cut: string[] = [];
  feed.onQuarantined((spiffeId) => cut.push(spiffeId));
  expect(feed.standingOf(order)).toBe('unknown');
  await feed.known(5_000);
  expect(feed.standingOf(order)).toBe('trusted');
  await next();
  quarantine(order);
  expect(await next()).toEqual({ ...nothing, quarantinedWorkloads: [order] });
  expect([feed.standingOf(order), feed.standingOf(payment)]).toEqual(['quarantined', 'trusted']);
  quarantine();
  expect(await next()).toEqual({ ...nothing, releasedWorkloads: [order] });
  expect(feed.standingOf(order)).toBe('trusted');
  expect(cut).toEqual([order]);
});

test('once the database has not answered for too long no workload is trusted, and a quarantined one stays so', async () => {
  const { feed, quarantine, say } = start({ silenceMs: 500 });
  const [order, payment] = ['spiffe://zt.example/ns/shop/sa/order', 'spiffe://zt.example/ns/shop/sa/payment'];
  quarantine(order);
  await expect.poll(() => feed.standingOf(order)).toBe('quarantined');
  say(null);
  await expect.poll(() => feed.standingOf(payment)).toBe('unknown');
  expect(feed.standingOf(order)).toBe('quarantined');
});
