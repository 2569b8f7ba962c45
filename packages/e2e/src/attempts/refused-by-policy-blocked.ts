import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../probe/job.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { assertHandlerDidNotRun, evidenceOf, evidenceOfCall, only } from './evidence.ts';
import { smallOrder, type World } from './world.ts';

const user = 'mallory';
const patienceMs = 5_000;

/**
 * What the operator does to mallory, with its own SVID and in its own name. Its token is there before: to tell takes one call.
 * Throws where identity refuses.
 */
export async function tellIdentityOfUser(
  world: World,
): Promise<(method: 'BlockUser' | 'UnblockUser', userId: string) => Promise<void>> {
  const token = await world.ownTokenOf('operator', 'identity', ['users:write']);
  return async (method, userId) => {
    const job: Job = {
      kind: 'call',
      method: `/identity.v1.UserService/${method}`,
      address: world.stack.addresses.identity,
      server: world.spiffeId('identity'),
      token,
      request: { userId },
    };
    const { code, message } = only(await world.runAs('operator', [job]));
    if (code !== 'OK') throw new Error(`identity answered ${method} with ${code}: ${message}`);
  };
}

/** Makes the attempt with mallory blocked, and with a token that is from before. */
async function whileBlocked(world: World, attempt: (token: string) => Promise<Evidence>): Promise<Evidence> {
  const token = await world.newTokenOf(user);
  const before = await world.shop.getStock(token, 'tea-assam-100g');
  if (before.status !== 200) throw new Error(`${user} is refused before anybody blocked them: ${before.status}`);
  // Users of another issuer have longer names than those that they log in with.
  const record = await world.ledger.find('gateway', (found) => found.decisionId === before.decisionId);
  const userId = record?.token?.subject ?? user;
  const tell = await tellIdentityOfUser(world);
  await tell('BlockUser', userId);
  try {
    await untilRefused(world, token);
    return await attempt(token);
  } finally {
    await tell('UnblockUser', userId);
  }
}

/** Until the gateway itself refuses: before it has heard of the block, it is somebody behind it who does not go along. */
async function untilRefused(world: World, token: string): Promise<void> {
  const end = Date.now() + patienceMs;
  while (true) {
    const { decisionId } = await world.shop.getStock(token, 'tea-assam-100g');
    const record = await world.ledger.find('gateway', (found) => found.decisionId === decisionId);
    if (record?.reasons.includes('user_blocked')) return;
    if (Date.now() > end) throw new Error(`${user} was blocked ${patienceMs} ms ago and is still let in`);
    await sleep(50);
  }
}

const atTheGateway: Attempt = {
  id: 'policy/blocked-user',
  title: 'mallory, who was blocked a moment ago, places an order with a good login from before',
  from: user,
  to: 'gateway',
  method: '/gateway/PlaceOrder',
  fault: 'blocked user',
  expected: { code: '403', reasons: ['user_blocked'] },
  run: (world) =>
    whileBlocked(world, async (token) => {
      const answer = await world.shop.placeOrder(token, randomUUID(), smallOrder);
      const record = await world.ledger.find('gateway', (found) => found.decisionId === answer.decisionId);
      await assertHandlerDidNotRun(world, record);
      return evidenceOf({ code: String(answer.status), message: String(answer.body.detail) }, 'gateway', record);
    }),
};

const pastTheGateway: Attempt = {
  id: 'policy/blocked-user-past-the-gateway',
  title: 'gateway calls order for mallory with a token that it got before mallory was blocked',
  from: 'gateway',
  to: 'order',
  method: '/order.v1.OrderService/ListOrders',
  fault: 'blocked user',
  expected: { code: 'PERMISSION_DENIED', reasons: ['user_blocked'] },
  async run(world) {
    const exchanged = await world.exchangeAs('gateway', await world.newTokenOf(user), 'order', ['orders:read']);
    return await whileBlocked(world, async () => {
      // The gateway may have heard of it a moment before order did.
      await sleep(1_000);
      const result = await world.runAs('gateway', [
        {
          kind: 'call',
          method: this.method,
          address: world.stack.addresses.order,
          server: world.spiffeId('order'),
          token: exchanged,
          request: {},
        },
      ]);
      return await evidenceOfCall(world, 'order', only(result));
    });
  },
};

/** Who is blocked while running is refused at once, at every hop, and is let in again afterwards. */
export const refusedWhileBlocked: readonly Attempt[] = [atTheGateway, pastTheGateway];
