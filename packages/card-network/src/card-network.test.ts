import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestCardNetwork, type TestCardNetwork } from './testing/index.ts';

let network: TestCardNetwork;
let agent: Agent;
const holdBody = { paymentId: 'payment-0001', amount: { currency: 'EUR', minorUnits: 1999 } };

beforeEach(async () => {
  network = await startTestCardNetwork();
  agent = new Agent({ connect: { ca: await readFile(network.caFile, 'utf8') } });
});

afterEach(async () => {
  await agent.destroy();
  await network.close();
});

async function post(path: string, key: string | null, body?: unknown, apiKey = network.apiKey) {
  const answer = await request(`${network.url}/v1/payments${path}`, {
    method: 'POST',
    dispatcher: agent,
    headers: { authorization: `Bearer ${apiKey}`, ...(key === null ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body ?? {}),
    signal: AbortSignal.timeout(2_000),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, text, body: text.startsWith('{') ? JSON.parse(text) : null };
}

const books = async () =>
  (await network.admin.listPayments()).map(({ state, captures, capturedMinorUnits, refundedMinorUnits }) => ({
    state,
    captures,
    capturedMinorUnits,
    refundedMinorUnits,
  }));

test('a payment goes its way, and each step is done once however often its key comes', async () => {
  const steps = [
    ['', 'hold-0001', holdBody, 201],
    ['/payment-0001/capture', 'capture-1', undefined, 200],
    ['/payment-0001/refunds', 'refund-01', { amount: { currency: 'EUR', minorUnits: 999 } }, 200],
  ] as const;
  for (const [path, key, body, status] of steps) {
    const first = await post(path, key, body);
    expect(first.status).toBe(status);
    expect(await Promise.all(Array.from({ length: 5 }, () => post(path, key, body)))).toEqual(Array(5).fill(first));
  }
  expect(await books()).toEqual([
    { state: 'captured', captures: 1, capturedMinorUnits: 1999, refundedMinorUnits: 999 },
  ]);
});

test('a key that comes with another body, or another instruction, is refused and changes nothing', async () => {
  await post('', 'hold-0001', holdBody);
  const other = { ...holdBody, amount: { currency: 'EUR', minorUnits: 2000 } };
  expect(await post('', 'hold-0001', other)).toMatchObject({ status: 422, body: { error: 'idempotency_key_reused' } });
  expect(await post('/payment-0001/capture', 'hold-0001')).toMatchObject({ status: 422 });
  expect(await books()).toMatchObject([{ state: 'held', captures: 0 }]);
});

test('the books, the keys and the first answers are there after a restart', async () => {
  const first = await post('', 'hold-0001', holdBody);
  await post('/payment-0001/capture', 'capture-1');
  await network.restart();
  expect(await post('', 'hold-0001', holdBody)).toEqual(first);
  await post('/payment-0001/capture', 'capture-1');
  expect(await books()).toMatchObject([{ state: 'captured', captures: 1 }]);
});

test('nothing is done without an API key, with a wrong one, or without an idempotency key', async () => {
  expect(await post('', 'hold-0001', holdBody, 'cnk_wrong')).toMatchObject({ status: 401 });
  expect(await post('', 'hold-0001', holdBody, '')).toMatchObject({ status: 401 });
  expect(await post('', null, holdBody)).toMatchObject({ status: 400, body: { what: 'idempotency-key' } });
  expect(await books()).toEqual([]);
});

test('a new key is accepted besides the old one, until that is revoked; neither is kept anywhere', async () => {
  const [first] = await network.admin.listKeys();
  const second = await network.admin.issueKey();
  expect(await post('', 'hold-0001', holdBody)).toMatchObject({ status: 201 });
  expect(await post('', 'hold-0001', holdBody, second.key)).toMatchObject({ status: 201 });
  await network.admin.revokeKey(first?.keyId ?? '');
  expect(await post('', 'hold-0001', holdBody)).toMatchObject({ status: 401 });
  expect(await post('', 'hold-0001', holdBody, second.key)).toMatchObject({ status: 201 });
  await expect(network.admin.revokeKey(first?.keyId ?? '')).rejects.toThrow('404');
  const kept = await readFile(join(network.stateDirectory, 'books.db-wal'), 'latin1');
  expect(kept).toContain(second.keyId);
  expect(kept).not.toContain(second.key);
});

test('a declined card is 402, each time', async () => {
  const body = { ...holdBody, amount: { currency: 'EUR', minorUnits: 1913 } };
  expect(await post('', 'hold-0001', body)).toMatchObject({ status: 402, body: { error: 'declined' } });
  expect(await post('', 'hold-0001', body)).toMatchObject({ status: 402 });
});

test.each([
  ['error', 0],
  ['wrong body', 1],
  ['lost answer', 1],
  ['hang', 0],
] as const)('with the fault %s a merchant gets no answer, and %i holds are in the books', async (kind, holds) => {
  await network.admin.setFault({ kind });
  const answer = await post('', 'hold-0001', holdBody).catch(() => null);
  if (kind === 'error') expect(answer).toMatchObject({ status: 500 });
  else if (kind === 'wrong body') expect(answer).toMatchObject({ status: 200, body: null });
  else expect(answer).toBeNull();
  expect(await books()).toHaveLength(holds);
  await network.admin.setFault({ kind: 'none' });
  expect(await post('', 'hold-0001', holdBody)).toMatchObject({ status: 201 });
});

test('who has not the admin key is told nothing, and secrets are in files of the owner alone', async () => {
  const url = `https://localhost:${network.adminPort}/admin/keys`;
  const answer = await request(url, { dispatcher: agent, headers: { authorization: 'Bearer x' } });
  expect(answer.statusCode).toBe(401);
  for (const file of ['admin.key', 'notice.key', 'key.pem', 'books.db']) {
    expect((await stat(join(network.stateDirectory, file))).mode & 0o777).toBe(0o600);
  }
});
