import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { getRequestListener } from '@hono/node-server';
import { type CallContext, type CallFacts, RefusedCall } from '@zt/kit/authz';
import { ZeroTrustError } from '@zt/kit/errors';
import { CallError } from '@zt/kit/service';
import { createTestCallContext } from '@zt/kit/testing';
import type { RecordSettlementRequest } from '@zt/proto/order';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createOutstanding, type Outstanding } from '../outstanding.ts';
import { createPaymentWorld, type PaymentWorld } from '../testing/payment-world.ts';
import { createSettlementNoticeVerifier } from './notice-verifier.ts';
import { createSettlementService } from './settlement-service.ts';

const payment = 'spiffe://zt.example/ns/shop/sa/payment';
let world: PaymentWorld;
let server: Server;
let outstanding: Outstanding;
let told: RecordSettlementRequest[];
let failures: number;
const limited: string[] = [];
let recorded: { readonly facts: Omit<CallFacts, 'peer'>; readonly reason: string | null }[];
let id: string;

beforeAll(async () => {
  world = await createPaymentWorld();
  const verifier = createSettlementNoticeVerifier(world.network, payment);
  const decide = async (facts: Omit<CallFacts, 'peer'>): Promise<CallContext> => {
    try {
      if (facts.bearerToken === null) throw new ZeroTrustError('token_missing', 'the call carries no token');
      await verifier.verify(facts.bearerToken, { peer: null }, new Date());
      recorded.push({ facts, reason: null });
      return createTestCallContext(null, { peer: null, traceId: '0af7651916cd43dd8448eb211c80319c' });
    } catch (error) {
      if (!(error instanceof ZeroTrustError)) throw error;
      recorded.push({ facts, reason: error.reason });
      throw new RefusedCall('decision-2', [error.reason], error.message);
    }
  };
  const refuse = async (_context: CallContext, error: ZeroTrustError) => {
    const [last] = recorded.slice(-1);
    if (last !== undefined) recorded.push({ ...last, reason: error.reason });
    return new RefusedCall('decision-3', [error.reason], error.message);
  };
  const service = createSettlementService({
    kit: { decide, refuse },
    store: world.settlements,
    onTaken: () => outstanding.pokeSettlements(),
    onFailure: () => expect.fail('nothing failed'),
    onLimited: (address) => limited.push(address),
    now: () => new Date(),
  });
  server = createServer(getRequestListener(service.fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  outstanding = createOutstanding({
    ...world,
    downstream: {
      order: {
        async recordSettlement(request) {
          if (request.settlementId === 'settlement-other') {
            throw new CallError('RecordSettlement', status.ALREADY_EXISTS, 'settled before');
          }
          if (failures > 0) {
            failures -= 1;
            throw new Error('order is away');
          }
          told.push(request);
          return {};
        },
      },
    },
    createOwnContext: () => createTestCallContext(null),
    log: { warn: () => {} },
  });
}, 60_000);

beforeEach(async () => {
  await world.reset();
  [told, recorded, failures] = [[], [], 0];
  id = randomUUID();
  const alice = createTestCallContext('alice');
  await world.service.authorizePayment(
    { paymentId: id, orderId: id, amount: { currency: 'EUR', minorUnits: 1999 } },
    alice,
  );
  await world.service.capturePayment({ paymentId: id }, alice);
});

afterAll(async () => {
  await outstanding?.close();
  server?.closeAllConnections();
  server?.close();
  await world?.close();
});

const wish = (changes: object = {}) => ({
  paymentId: id,
  settlementId: 'settlement-0001',
  amount: { currency: 'EUR', minorUnits: 1999 },
  audience: payment,
  issuedAt: new Date(),
  ...changes,
});
const notice = (changes: object = {}) => world.cards.admin.signNotice(wish(changes));

async function send(body: string, type = 'application/jwt') {
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': type, 'user-agent': 'card-network' };
  const answer = await fetch(`http://127.0.0.1:${port}/settlements`, { method: 'POST', headers, body });
  const text = await answer.text();
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: text === '' ? null : JSON.parse(text),
  };
}

const kept = () => world.database.query('select status from settlement_notices order by received_at');

test('a notice is kept, passed on to order, and its content is what policy and ledger see', async () => {
  expect(await send(await notice())).toMatchObject({ status: 202 });
  expect(recorded[0]?.facts).toMatchObject({
    method: '/payment.v1.PaymentService/ReceiveSettlement',
    userAgent: 'card-network',
    resource: { payment: id, settlement: 'settlement-0001', amount_minor_units: 1999, currency: 'EUR' },
  });
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(told[0]).toMatchObject({ paymentId: id, settlementId: 'settlement-0001', amount: { minorUnits: 1999 } });
  await vi.waitFor(async () => expect(await kept()).toEqual([{ status: 'passed on' }]));
});

test('a notice that comes again is refused, recorded, and changes nothing', async () => {
  const first = await notice();
  await send(first);
  expect(await send(first)).toMatchObject({ status: 401, body: { decisionId: 'decision-3' } });
  expect(recorded.at(-1)?.reason).toBe('notice_replayed');
  expect(await kept()).toHaveLength(1);
});

test('of twenty copies of one notice one is taken', async () => {
  const copies = await notice();
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(copies)));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(19).fill(401)]);
});

test('a settlement that is told again under a new notice goes to order once', async () => {
  await send(await notice());
  expect(await send(await notice())).toMatchObject({ status: 202 });
  await vi.waitFor(async () => expect(await kept()).toEqual([{ status: 'passed on' }, { status: 'repeated' }]));
  expect(told).toHaveLength(1);
});

test('while order is away the notice is taken, and passed on later', async () => {
  failures = 1;
  expect(await send(await notice())).toMatchObject({ status: 202 });
  await vi.waitFor(() => expect(failures).toBe(0));
  expect(await kept()).toEqual([{ status: 'taken' }]);
  await world.database.asOwner('update settlement_notices set due_at = now()');
  await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 5_000 });
});

test('a settlement that order refuses for good is not told again and again', async () => {
  await send(await notice({ settlementId: 'settlement-other' }));
  await vi.waitFor(async () => expect(await kept()).toEqual([{ status: 'passed on' }]));
});

test.each<[string, () => Promise<string> | string, string]>([
  ['no notice', () => '', 'token_missing'],
  ['words', () => 'pay me', 'token_malformed'],
  [
    'a notice without a signature',
    async () => `${(await notice()).split('.').slice(0, 2).join('.')}.`,
    'token_malformed',
  ],
  [
    'a notice for somebody else',
    () => notice({ audience: 'spiffe://zt.example/ns/shop/sa/order' }),
    'token_audience_wrong',
  ],
  ['an old notice', () => notice({ issuedAt: new Date(Date.now() - 301_000) }), 'token_expired'],
  ['a notice from the future', () => notice({ issuedAt: new Date(Date.now() + 60_000) }), 'token_not_yet_valid'],
  ['a notice whose amount was changed', async () => forged(await notice()), 'token_signature_invalid'],
])('%s is refused and nothing is kept', async (_, make, reason) => {
  expect(await send(await make())).toMatchObject({ status: 401, type: 'application/problem+json' });
  expect(recorded.at(-1)?.reason).toBe(reason);
  expect(await kept()).toEqual([]);
  expect(told).toEqual([]);
});

function forged(good: string): string {
  const [header, payload = '', signature] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const changed = Buffer.from(JSON.stringify({ ...claims, amount_minor_units: 1 })).toString('base64url');
  return [header, changed, signature].join('.');
}

test.each<[string, object, number]>([
  ['another amount than was taken', { amount: { currency: 'EUR', minorUnits: 1998 } }, 409],
  ['another currency', { amount: { currency: 'USD', minorUnits: 1999 } }, 400],
  ['a payment that there is not', { paymentId: 'payment-unknown' }, 404],
])('a signed notice of %s is refused, and nothing is kept', async (_, changes, status) => {
  expect(await send(await notice(changes))).toMatchObject({ status, type: 'application/problem+json' });
  expect(await kept()).toEqual([]);
});

test('a body of another type, or one that is too long, is not read', async () => {
  expect(await send(await notice(), 'application/json')).toMatchObject({ status: 415 });
  expect(await send('x'.repeat(9 * 1024))).toMatchObject({ status: 413 });
  expect(recorded).toEqual([]);
});

test('of an address that sends nothing good no more is looked at or recorded, and that is said once', async () => {
  for (let sent = 0; sent < 110; sent += 1) await send('pay me');
  const before = recorded.length;
  expect(before).toBeLessThanOrEqual(100);
  expect(await send(await notice())).toMatchObject({ status: 429, type: 'application/problem+json' });
  expect(recorded).toHaveLength(before);
  expect(await kept()).toEqual([]);
  expect(limited).toEqual(['127.0.0.1']);
});
