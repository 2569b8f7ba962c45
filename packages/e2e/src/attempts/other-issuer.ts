import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStackControl } from '../endurance/stack-control.ts';
import { logInAt } from '../shop/log-in-at.ts';
import type { ShopAnswer } from '../shop/shop-client.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOfCall, only } from './evidence.ts';
import { allowedShopPath, hold, type RefusedShopPath, refusedShopPath, type ShopPath } from './shop-path.ts';
import { smallOrder, type World } from './world.ts';

const atGateway = { to: 'gateway', method: '/gateway/PlaceOrder', code: '401' } as const;
const atIdentity = { to: 'identity', method: '/identity.v1.TokenExchangeService/ExchangeToken' } as const;
const patienceMs = 20_000;

const place = (world: World, token: string): Promise<ShopAnswer> =>
  world.shop.placeOrder(token, randomUUID(), smallOrder);

const allowed: ShopPath = {
  id: 'issuer/order',
  title: 'alice logs in at an issuer that is not ours, and payment knows her by its name and hers',
  from: 'alice',
  to: 'payment',
  method: '/payment.v1.PaymentService/AuthorizePayment',
  async ask(world) {
    const token = await logInAt(world.stack, 'alice');
    const answer = await place(world, token);
    const trace = await world.ledger.trace(answer.traceId);
    const subjects = new Set(trace.flatMap((record) => (record.token === null ? [] : [record.token.subject])));
    hold([...subjects].join() === (await world.userId('alice')), `the records name ${[...subjects].join()}`, answer);
    return answer;
  },
};

const refused: readonly RefusedShopPath[] = [
  {
    id: 'issuer/other-client',
    title: 'alice places an order with a token that the same issuer made for another client',
    from: 'alice',
    ...atGateway,
    fault: 'token for another client',
    reasons: ['token_audience_wrong'],
    ask: async (world) => await place(world, await logInAt(world.stack, 'alice', 'another-app')),
  },
  {
    id: 'issuer/forged',
    title: "somebody places an order with alice's token, signed with a key of their own",
    from: 'nobody',
    ...atGateway,
    fault: 'forged token',
    reasons: ['token_signature_invalid'],
    ask: async (world) => await place(world, forgedFrom(await logInAt(world.stack, 'alice'))),
  },
  {
    id: 'issuer/gone',
    title: 'alice places an order while the issuer cannot say whether her session lives',
    from: 'alice',
    ...atIdentity,
    code: '503',
    fault: 'issuer out of reach',
    reasons: ['session_state_unknown'],
    async ask(world) {
      const token = await freshToken(world);
      return await withoutIssuer(world, () => place(world, token));
    },
  },
  {
    id: 'issuer/session-ended',
    title: 'alice places an order with a token that is whole, and whose session the issuer has ended',
    from: 'alice',
    ...atIdentity,
    code: '401',
    fault: 'session ended at the issuer',
    reasons: ['session_ended'],
    async ask(world) {
      const token = await freshToken(world);
      // It keeps its sessions in memory.
      await withoutIssuer(world, async () => {});
      return await place(world, token);
    },
  },
];

const straightFromTheIssuer: Attempt = {
  id: 'issuer/straight-to-order',
  title: "gateway calls order with alice's own token of the issuer instead of an exchanged one",
  from: 'gateway',
  to: 'order',
  method: '/order.v1.OrderService/PlaceOrder',
  fault: 'token of another issuer',
  expected: { code: 'UNAUTHENTICATED', reasons: ['token_algorithm_not_allowed'] },
  async run(world) {
    const token = await logInAt(world.stack, 'alice');
    const [address, server] = [world.stack.addresses.order, world.spiffeId('order')];
    const { method } = straightFromTheIssuer;
    const result = await world.runAs('gateway', [{ kind: 'call', method, address, server, token, request: {} }]);
    return await evidenceOfCall(world, 'order', only(result));
  },
};

/** A token that nobody has used yet, of keys that gateway and identity know already. */
async function freshToken(world: World): Promise<string> {
  const end = Date.now() + patienceMs;
  while ((await place(world, await logInAt(world.stack, 'alice'))).status !== 201) {
    hold(Date.now() < end, 'alice cannot place an order');
    await sleep(500);
  }
  return await logInAt(world.stack, 'alice');
}

/** Takes the issuer out of service for as long as something takes, and waits until it serves again. */
async function withoutIssuer<Value>(world: World, work: () => Promise<Value>): Promise<Value> {
  const control = createStackControl(world.stack);
  try {
    await control.hold('dex');
    try {
      return await work();
    } finally {
      await control.release('dex');
      await untilItServes(world);
    }
  } finally {
    await control.close();
  }
}

async function untilItServes(world: World): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await logInAt(world.stack, 'bob').then(Boolean, () => false))) {
    hold(Date.now() < end, 'the issuer does not come back');
    await sleep(100);
  }
}

function forgedFrom(token: string): string {
  const signed = token.slice(0, token.lastIndexOf('.'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** With Dex in the place of the own provider. The last ones throw away what Dex knows. */
export const otherIssuerPaths: readonly Attempt[] = [
  allowedShopPath(allowed),
  straightFromTheIssuer,
  ...refused.map(refusedShopPath),
];
