import { randomUUID } from 'node:crypto';
import type { Workload } from '../stack-description.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOf } from './evidence.ts';
import { largeOrder, smallOrder } from './world.ts';

interface PolicyFault {
  readonly id: string;
  readonly title: string;
  readonly user: string;
  readonly to: Workload;
  readonly method: string;
  readonly fault: string;
  readonly order: typeof smallOrder;
  readonly reasons: readonly string[];
}

const faults: readonly PolicyFault[] = [
  {
    id: 'policy/amount-over-limit',
    title: 'alice, who is not of finance, orders for 12,495.00',
    user: 'alice',
    to: 'order',
    method: '/order.v1.OrderService/PlaceOrder',
    fault: 'amount over the limit',
    order: largeOrder,
    reasons: ['amount_over_limit'],
  },
  {
    id: 'policy/blocked-user',
    title: 'mallory, who is blocked, places an order with a good login',
    user: 'mallory',
    to: 'gateway',
    method: '/gateway/PlaceOrder',
    fault: 'blocked user',
    order: smallOrder,
    reasons: ['user_blocked'],
  },
];

function refusedByPolicy(fault: PolicyFault): Attempt {
  const { id, title, user, to, method, reasons } = fault;
  return {
    id,
    title,
    from: user,
    to,
    method,
    fault: fault.fault,
    expected: { code: '403', reasons },
    async run(world) {
      const answer = await world.shop.placeOrder(await world.tokenOf(user), randomUUID(), fault.order);
      const refused = (await world.ledger.trace(answer.traceId)).find((record) => !record.allowed) ?? null;
      const { service = to } = refused ?? {};
      return evidenceOf(
        { code: String(answer.status), message: String(answer.body.detail) },
        service.slice(service.lastIndexOf('/') + 1),
        refused,
      );
    },
  };
}

/** The right workload and a good token are not enough. */
export const refusedByRules: readonly Attempt[] = faults.map(refusedByPolicy);
