import { accessGraph, postgresSetup } from '@zt/access-graph';
import { createTestCallContext, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createInventoryService } from './inventory-service.ts';
import { createInventoryStore, type InventoryStore } from './inventory-store.ts';
import { createReservationSweeper } from './reservation-sweeper.ts';

let database: TestDatabase;
let store: InventoryStore;
let service: ReturnType<typeof createInventoryService>;
const alice = createTestCallContext('alice');
const order = createTestCallContext(null);
const silent = { info: () => {}, warn: () => {}, error: () => {} };

beforeAll(async () => {
  database = await startTestDatabase({
    name: 'inventory',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'inventory'),
  });
  store = createInventoryStore(database);
  service = createInventoryService({ store, now: () => new Date('2026-03-01T12:00:00.000Z') });
}, 60_000);

beforeEach(async () => {
  await database.asOwner('delete from reservation_lines');
  await database.asOwner('delete from reservations');
  await database.query('update stock set available = 10');
});

afterAll(() => database?.close());

const reserve = (reservationId: string, lines: Record<string, number>) =>
  service.reserveStock(
    { reservationId, lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })) },
    alice,
  );
const available = async (sku: string) => (await service.getStock({ sku }, alice)).available;

/** As long after a reservation as it takes to expire. */
const later = new Date('2026-03-01T12:15:00.001Z');

test('what nobody commits in time can be sold again, and nothing sooner', async () => {
  await reserve('order-0001', { 'kettle-1l': 3, 'tea-assam-100g': 1 });
  await reserve('order-0002', { 'kettle-1l': 2 });
  await service.commitReservation({ reservationId: 'order-0002' }, alice);
  await expect(store.expire(new Date('2026-03-01T12:15:00.000Z'), 10)).resolves.toBe(0);
  await expect(store.expire(later, 10)).resolves.toBe(1);
  await expect(store.expire(later, 10)).resolves.toBe(0);
  expect([await available('kettle-1l'), await available('tea-assam-100g')]).toEqual([8, 10]);
});

test('a commit after its time takes what is still there', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await store.expire(later, 10);
  await service.commitReservation({ reservationId: 'order-0001' }, alice);
  await service.commitReservation({ reservationId: 'order-0001' }, alice);
  expect(await available('kettle-1l')).toBe(7);
});

test('a commit after its time is refused where the goods went to somebody else', async () => {
  await reserve('order-0001', { 'kettle-1l': 3, 'tea-assam-100g': 1 });
  await store.expire(later, 10);
  await reserve('order-0002', { 'kettle-1l': 8 });
  await expect(service.commitReservation({ reservationId: 'order-0001' }, alice)).rejects.toMatchObject({
    refusal: 'not_possible',
  });
  expect([await available('kettle-1l'), await available('tea-assam-100g')]).toEqual([2, 10]);
});

test('a reservation that expired can be made again, and is held anew', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await store.expire(later, 10);
  await reserve('order-0001', { 'kettle-1l': 3 });
  await service.releaseReservation({ reservationId: 'order-0001' }, alice);
  expect(await available('kettle-1l')).toBe(10);
});

test('a release after its time gives nothing back a second time', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await store.expire(later, 10);
  await service.releaseReservation({ reservationId: 'order-0001' }, alice);
  expect(await available('kettle-1l')).toBe(10);
});

test('several sweepers beside commits and releases give each reservation back once', async () => {
  const ids = Array.from({ length: 60 }, (_, at) => `order-${3000 + at}`);
  await database.query('update stock set available = 1000');
  for (const id of ids) await reserve(id, { 'tea-assam-100g': 1, 'kettle-1l': 1 });
  const sweeping = Array.from({ length: 3 }, () =>
    createReservationSweeper({ store, now: () => later, log: silent, pauseMs: 5 }),
  );
  await Promise.all(
    ids.map((reservationId, at) => {
      if (at % 3 === 0) return service.commitReservation({ reservationId }, order);
      return at % 3 === 1 ? service.releaseReservation({ reservationId }, order) : undefined;
    }),
  );
  while ((await database.query("select from reservations where status = 'reserved'")).length > 0);
  await Promise.all(sweeping.map((sweeper) => sweeper.close()));
  expect([await available('tea-assam-100g'), await available('kettle-1l')]).toEqual([980, 980]);
});

test('a sweeper goes on after a database that was away', async () => {
  const counts = [() => Promise.reject(new Error('away')), () => Promise.resolve(0)];
  const { promise, resolve } = Promise.withResolvers<void>();
  const expire = () => {
    if (counts.length === 1) resolve();
    return (counts.shift() ?? (() => Promise.resolve(0)))();
  };
  const sweeper = createReservationSweeper({ store: { expire }, now: () => later, log: silent, pauseMs: 1 });
  await promise;
  await sweeper.close();
});
