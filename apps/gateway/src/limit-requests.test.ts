import { parseList } from 'structured-headers';
import { expect, test } from 'vitest';
import { stock } from './testing/shop-answers.ts';
import { contextOf, refuseAll, startTestGateway } from './testing/test-gateway.ts';

const twice = { requests: 2, seconds: 60 };
const three = [1, 2, 3];

test('an address that asks too often is told before anything is decided, and one sum is all that is kept', async () => {
  let decisions = 0;
  await using gateway = await startTestGateway({
    addressLimit: twice,
    decide: (request) => {
      decisions += 1;
      return refuseAll(request);
    },
  });
  const statuses = [];
  for (const _ of three) statuses.push((await fetch(`${gateway.url}/v1/stock/tea`)).status);
  expect(statuses).toEqual([401, 401, 429]);
  const response = await fetch(`${gateway.url}/v1/stock/tea`);
  expect(decisions).toBe(2);
  expect(response.headers.get('x-decision-id')).toBeNull();
  expect(await response.json()).toEqual({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Request cannot be satisfied as assigned quota has been exceeded',
    status: 429,
    detail: 'There may be 2 requests per address in 60 seconds.',
    'violated-policies': ['address'],
  });
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(gateway.refusals).toEqual([]);
  expect(gateway.closeSums()).toEqual([{ requests: 2, address: '127.0.0.1', requestsOfAddress: 2 }]);
});

test('a header about the address changes nothing', async () => {
  await using gateway = await startTestGateway({ addressLimit: twice });
  const statuses = [];
  for (const at of three) {
    const headers = { 'x-forwarded-for': `192.0.2.${at}`, forwarded: `for=192.0.2.${at}` };
    statuses.push((await fetch(`${gateway.url}/healthz`, { headers })).status);
  }
  expect(statuses).toEqual([200, 200, 429]);
});

test('a user who asks too often is refused and recorded, and nothing further on is asked', async () => {
  let asked = 0;
  await using gateway = await startTestGateway({
    userLimit: twice,
    inventory: {
      getStock: async () => {
        asked += 1;
        return stock;
      },
    },
  });
  const answers = [];
  for (const _ of three) answers.push(await fetch(`${gateway.url}/v1/stock/tea-assam-100g`));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(asked).toBe(2);
  expect(gateway.refusals.map(({ call, error }) => [call.user?.id, error.reason])).toEqual([
    ['alice', 'rate_exceeded'],
  ]);
  const [, , refused] = answers;
  expect(refused?.headers.get('x-decision-id')).toBe('decision-3');
  expect(await refused?.json()).toMatchObject({ status: 429, decisionId: 'decision-3', 'violated-policies': ['user'] });
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(50);
});

test('a user has one limit for all methods, and users have one each', async () => {
  await using gateway = await startTestGateway({
    userLimit: { requests: 1, seconds: 60 },
    decide: async (request) => {
      const context = contextOf(request);
      return { ...context, user: { id: request.bearerToken ?? '', roles: [] } };
    },
    inventory: { getStock: async () => stock },
    order: { listOrders: async () => ({ orders: [], nextPageToken: '' }) },
  });
  const ask = async (user: string, path: string) =>
    (await fetch(gateway.url + path, { headers: { authorization: `Bearer ${user}` } })).status;
  expect(await ask('alice', '/v1/stock/tea-assam-100g')).toBe(200);
  expect(await ask('alice', '/v1/orders')).toBe(429);
  expect(await ask('bob', '/v1/orders')).toBe(200);
});

test('every answer says what is left of the limits that apply to it', async () => {
  await using gateway = await startTestGateway({
    addressLimit: { requests: 300, seconds: 10 },
    userLimit: { requests: 200, seconds: 10 },
    inventory: { getStock: async () => stock },
  });
  const health = await fetch(`${gateway.url}/healthz`);
  expect(health.headers.get('ratelimit')).toBe('"address";r=299;t=10');
  expect(health.headers.get('ratelimit-policy')).toBe('"address";q=300;w=10');
  const { headers } = await fetch(`${gateway.url}/v1/stock/tea-assam-100g`);
  const names = parseList(headers.get('ratelimit') ?? '').map(([name]) => name);
  expect(names).toEqual(['address', 'user']);
  expect(headers.get('ratelimit-policy')).toBe('"address";q=300;w=10, "user";q=200;w=10');
});
