import type { TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIdentityDatabase } from '../testing/identity-database.ts';
import { createQuarantineStore } from './quarantine-store.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startIdentityDatabase();
}, 30_000);
afterAll(() => database.close());

test('a workload is quarantined from the first time on that it is said, until it is released', async () => {
  const store = createQuarantineStore(database);
  const order = 'spiffe://zt.example/ns/shop/sa/order';
  await store.add(order);
  const [first] = await store.list();
  await store.add(order);
  expect(await store.list()).toEqual([first]);
  expect(first?.since).toBeInstanceOf(Date);
  await store.remove(order);
  await store.remove(order);
  expect(await store.list()).toEqual([]);
});
