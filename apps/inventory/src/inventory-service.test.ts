import { accessGraph, postgresSetup } from '@zt/access-graph';
import { createTestCallContext, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createInventoryService, inventoryResources } from './inventory-service.ts';
import { createInventoryStore } from './inventory-store.ts';

let database: TestDatabase;
let service: ReturnType<typeof createInventoryService>;
const alice = createTestCallContext('alice');
const order = createTestCallContext(null);
const now = new Date('2026-03-01T12:00:00.000Z');

beforeAll(async () => {
  database = await startTestDatabase({
    name: 'inventory',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'inventory'),
  });
  service = createInventoryService({ store: createInventoryStore(database), now: () => now });
}, 60_000);

beforeEach(async () => {
  await database.asOwner('delete from reservation_lines');
  await database.asOwner('delete from reservations');
  await database.query('update stock set available = 10');
});

afterAll(() => database?.close());

const reserve = (reservationId: string, lines: Record<string, number>, context = alice) =>
  service.reserveStock(
    { reservationId, lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })) },
    context,
  );
const available = async (sku: string) => (await service.getStock({ sku }, alice)).available;

test('stock is shown with its price', async () => {
  await expect(service.getStock({ sku: 'kettle-1l' }, alice)).resolves.toEqual({
    sku: 'kettle-1l',
    name: 'Kettle, 1 litre',
    available: 10,
    unitPrice: { currency: 'EUR', minorUnits: 3990 },
  });
});

test('a product that does not exist is not found', async () => {
  await expect(service.getStock({ sku: 'unicorn' }, alice)).rejects.toMatchObject({ refusal: 'not_found' });
  await expect(reserve('order-0001', { unicorn: 1 })).rejects.toMatchObject({ refusal: 'not_found' });
});

test('a reservation takes all its lines out of the stock and says what they cost and how long they are held', async () => {
  await expect(reserve('order-0001', { 'tea-assam-100g': 2, 'kettle-1l': 3 })).resolves.toEqual({
    reservationId: 'order-0001',
    total: { currency: 'EUR', minorUnits: 2 * 750 + 3 * 3990 },
    expiresAt: new Date('2026-03-01T12:15:00.000Z'),
  });
  expect([await available('tea-assam-100g'), await available('kettle-1l')]).toEqual([8, 7]);
});

test('a reservation with one line too many takes nothing', async () => {
  await expect(reserve('order-0001', { 'kettle-1l': 3, 'tea-assam-100g': 11 })).rejects.toMatchObject({
    refusal: 'not_possible',
    message: 'There is not enough of tea-assam-100g in stock.',
  });
  expect([await available('tea-assam-100g'), await available('kettle-1l')]).toEqual([10, 10]);
});

test('the same reservation again takes nothing more and gives the first answer, also in parallel', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => reserve('order-0001', { 'kettle-1l': 3 })));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await available('kettle-1l')).toBe(7);
});

test('the same reservation id with other lines is a conflict', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await expect(reserve('order-0001', { 'kettle-1l': 4 })).rejects.toMatchObject({ refusal: 'conflict' });
  expect(await available('kettle-1l')).toBe(7);
});

test('fifty parallel reservations of ten that are left never oversell', async () => {
  const settled = await Promise.allSettled(
    Array.from({ length: 50 }, (_, at) => reserve(`order-${1000 + at}`, { 'kettle-1l': 1, 'tea-assam-100g': 1 })),
  );
  const refused = settled.filter((each) => each.status === 'rejected').map((each) => each.reason);
  expect(refused).toHaveLength(40);
  for (const reason of refused) expect(reason).toMatchObject({ refusal: 'not_possible' });
  expect([await available('kettle-1l'), await available('tea-assam-100g')]).toEqual([0, 0]);
});

test('reservations with the same products in opposite order do not lock each other out', async () => {
  await database.query('update stock set available = 1000');
  const forth = { 'kettle-1l': 1, 'tea-assam-100g': 1 };
  const back = { 'tea-assam-100g': 1, 'kettle-1l': 1 };
  await Promise.all(Array.from({ length: 40 }, (_, at) => reserve(`order-${1000 + at}`, at % 2 === 0 ? forth : back)));
  expect(await available('kettle-1l')).toBe(960);
});

test('what is committed has left, once', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await service.commitReservation({ reservationId: 'order-0001' }, alice);
  await service.commitReservation({ reservationId: 'order-0001' }, alice);
  await expect(reserve('order-0001', { 'kettle-1l': 3 })).resolves.toMatchObject({ reservationId: 'order-0001' });
  expect(await available('kettle-1l')).toBe(7);
});

test('what has left comes back with a release, once, and for good', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await service.commitReservation({ reservationId: 'order-0001' }, alice);
  await Promise.all(
    Array.from({ length: 5 }, () => service.releaseReservation({ reservationId: 'order-0001' }, alice)),
  );
  expect(await available('kettle-1l')).toBe(10);
  await expect(service.commitReservation({ reservationId: 'order-0001' }, alice)).rejects.toMatchObject({
    refusal: 'not_possible',
  });
});

test('what is released can be sold again, once', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await Promise.all(
    Array.from({ length: 5 }, () => service.releaseReservation({ reservationId: 'order-0001' }, alice)),
  );
  expect(await available('kettle-1l')).toBe(10);
  await expect(service.commitReservation({ reservationId: 'order-0001' }, alice)).rejects.toMatchObject({
    refusal: 'not_possible',
  });
});

test('a reservation that arrives after its release takes nothing', async () => {
  await service.releaseReservation({ reservationId: 'order-0001' }, alice);
  await expect(reserve('order-0001', { 'kettle-1l': 3 })).rejects.toMatchObject({ refusal: 'not_possible' });
  expect(await available('kettle-1l')).toBe(10);
});

test('commit and release in parallel: whichever comes first, the stock is back in the end', async () => {
  for (let round = 0; round < 10; round += 1) {
    const reservationId = `order-${2000 + round}`;
    await reserve(reservationId, { 'kettle-1l': 3 });
    const [, released] = await Promise.allSettled([
      service.commitReservation({ reservationId }, alice),
      service.releaseReservation({ reservationId }, alice),
    ]);
    expect(released.status).toBe('fulfilled');
    expect(await available('kettle-1l')).toBe(10);
  }
});

test('a service in its own name commits and releases what belongs to any user', async () => {
  await reserve('order-0001', { 'kettle-1l': 3 });
  await reserve('order-0002', { 'kettle-1l': 1 });
  await service.commitReservation({ reservationId: 'order-0001' }, order);
  await service.releaseReservation({ reservationId: 'order-0002' }, order);
  expect(await available('kettle-1l')).toBe(7);
});

test('what a service released in its own name before it was made, nobody can reserve', async () => {
  await service.releaseReservation({ reservationId: 'order-0001' }, order);
  await expect(reserve('order-0001', { 'kettle-1l': 3 })).rejects.toMatchObject({ refusal: 'not_possible' });
  await expect(service.releaseReservation({ reservationId: 'order-0001' }, alice)).resolves.toEqual({});
  expect(await available('kettle-1l')).toBe(10);
});

test("somebody else's reservation can be neither seen, committed nor released", async () => {
  const bob = createTestCallContext('bob');
  await reserve('order-0001', { 'kettle-1l': 3 });
  const id = { reservationId: 'order-0001' };
  await expect(service.commitReservation(id, bob)).rejects.toMatchObject({ refusal: 'not_found' });
  await expect(service.releaseReservation(id, bob)).rejects.toMatchObject({ refusal: 'not_found' });
  await expect(reserve('order-0001', { 'kettle-1l': 3 }, bob)).rejects.toMatchObject({ refusal: 'conflict' });
  expect(await available('kettle-1l')).toBe(7);
});

test('a reservation that is unknown cannot be committed', async () => {
  await expect(service.commitReservation({ reservationId: 'order-0001' }, alice)).rejects.toMatchObject({
    refusal: 'not_found',
  });
});

test('nothing is reserved on behalf of nobody', async () => {
  await expect(reserve('order-0001', { 'kettle-1l': 1 }, createTestCallContext(null))).rejects.toMatchObject({
    reason: 'user_required',
  });
});

test('policy sees identifiers only', () => {
  const resource = inventoryResources.reserveStock?.({ reservationId: 'order-0001', lines: [] });
  expect(resource).toEqual({ reservation: 'order-0001' });
});
