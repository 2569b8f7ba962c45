import { setTimeout as sleep } from 'node:timers/promises';
import { accessGraph, postgresSetup } from '@zt/access-graph';
import { ZeroTrustError } from '@zt/kit/errors';
import { idOf, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createBundleFeed } from './bundle-feed.ts';
import { type BundleStore, createBundleStore } from './bundle-store.ts';
import { publishBundle } from './publish-bundle.ts';

let database: TestDatabase;
let store: BundleStore;
const now = new Date('2026-03-01T12:00:00.000Z');

beforeAll(async () => {
  database = await startTestDatabase({
    name: 'audit',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'audit'),
  });
  store = createBundleStore(database);
}, 60_000);
beforeEach(() => database.asOwner('delete from policy_bundles'));
afterAll(() => database?.close());

/** What the kit's own tests verify is as good as verified here. */
const publish = (revision: number, given: { readonly time?: string; readonly notAfter?: Date } = {}) =>
  publishBundle(`bundle ${revision}`, {
    store,
    now,
    verify: async () => ({
      bundle: { version: 1, revision, time: given.time ?? now.toISOString(), rules: {} },
      signedBy: {
        spiffeId: { uri: idOf('operator'), trustDomain: 'zt.example', path: '/ns/shop/sa/operator' },
        serialNumber: '01',
        notAfter: given.notAfter ?? new Date(now.getTime() + 1_000),
        authority: '',
      },
    }),
  });

test('the bundle published last is kept, and each has to come after all before', async () => {
  expect(await store.last()).toBeNull();
  expect(await publish(1)).toBe(1);
  expect(await publish(3)).toBe(3);
  for (const revision of [1, 2, 3])
    await expect(publish(revision)).rejects.toMatchObject({ reason: 'bundle_outdated' });
  expect(await store.last()).toBe('bundle 3');
});

test('what was signed a while ago, or with a certificate that has ended, is not published', async () => {
  for (const time of ['2026-03-01T11:58:59.000Z', '2026-03-01T12:01:01.000Z']) {
    await expect(publish(1, { time })).rejects.toMatchObject({ reason: 'bundle_outdated' });
  }
  await expect(publish(1, { notAfter: now })).rejects.toMatchObject({ reason: 'bundle_outdated' });
  expect(await store.last()).toBeNull();
});

test('a bundle that does not verify is not published', async () => {
  const refused = new ZeroTrustError('bundle_signature_invalid', 'made up');
  const verify = () => Promise.reject(refused);
  await expect(publishBundle('forged', { store, now, verify })).rejects.toBe(refused);
  expect(await store.last()).toBeNull();
});

test('whoever listens is told the bundle in force at once, each later one, and again while nothing changes', async () => {
  const taken: string[] = [];
  const feed = createBundleFeed({
    store,
    take: async (statement) => void taken.push(statement),
    onFailure: () => {},
    everyMs: 5,
    repeatMs: 20,
  });
  const told: string[] = [];
  const listening = (async () => {
    for await (const { statement } of feed.watch(AbortSignal.timeout(60_000))) told.push(statement);
  })();
  const until = async (statement: string, times: number) => {
    while (told.filter((each) => each === statement).length < times) await sleep(2);
  };
  await until('', 1);
  await publish(1);
  await until('bundle 1', 3);
  await publish(2);
  await until('bundle 2', 1);
  feed.close();
  await listening;
  expect(told.indexOf('bundle 2')).toBeGreaterThan(told.lastIndexOf('bundle 1'));
  expect(taken).toContain('bundle 2');
});

test('while the database cannot be asked nothing is told, and the trouble once', async () => {
  let fails = true;
  const failures: unknown[] = [];
  const feed = createBundleFeed({
    store: {
      async last() {
        if (fails) throw new Error('gone');
        return 'bundle 1';
      },
    },
    take: async () => {},
    onFailure: (error) => failures.push(error),
    everyMs: 2,
  });
  const next = feed.watch(AbortSignal.timeout(60_000))[Symbol.asyncIterator]().next();
  while (failures.length === 0) await sleep(2);
  await sleep(10);
  fails = false;
  expect((await next).value).toEqual({ statement: 'bundle 1' });
  expect(failures).toHaveLength(1);
  feed.close();
});
