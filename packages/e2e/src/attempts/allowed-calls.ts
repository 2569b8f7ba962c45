import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@zt/access-graph';
import type { Caller } from '../caller.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOf, only } from './evidence.ts';
import { euros, settledOrder } from './own-order.ts';
import { hold } from './shop-path.ts';
import type { World } from './world.ts';

interface Call {
  readonly title: string;
  readonly from: Caller;
  readonly to: ServiceName;
  readonly method: string;
  readonly request?: (world: World) => Promise<Readonly<Record<string, unknown>>>;
  /** Whether it comes with a token in its own name; otherwise with none. */
  readonly inItsOwnName?: true;
  /** What the service's own rules make of it, where that is not OK. */
  readonly answer?: string;
}

/** A call that a workload makes without anybody's order: from a process of its own that runs as that workload. */
function directCall(call: Call): Attempt {
  const { title, from, to, method, request, inItsOwnName, answer = 'OK' } = call;
  return {
    id: `allowed/${from}-${to}${method.slice(method.lastIndexOf('/'))}`,
    ...{ title, from, to, method, fault: 'none', expected: { code: 'OK', reasons: [] } },
    async run(world) {
      const startedAt = new Date().toISOString();
      const caller = world.spiffeId(from);
      const job = {
        kind: 'call',
        method,
        address: world.stack.addresses[to],
        server: world.spiffeId(to),
        token: inItsOwnName === undefined ? null : await world.ownTokenOf(from, to),
        request: { ...(await request?.(world)) },
      } as const;
      const result = only(await world.runAs(from, [job]));
      hold(result.code === answer, `${to} answers with ${result.code}: ${result.message}`);
      const record = await world.ledger.find(
        to,
        (found) => found.method === method && found.peer?.spiffeId === caller && found.time >= startedAt,
      );
      return evidenceOf({ ...result, code: record?.allowed === true ? 'OK' : result.code }, to, record);
    },
  };
}

const identity = '/identity.v1.TokenExchangeService';
const users = '/identity.v1.UserService';
const nothing = async () => ({});
/** One that is not logged in anywhere here: no other path meets the user blocked. */
const stranger = async () => ({ userId: 'nobody-of-this-name' });
const nothingTaken = async () => ({ paymentId: randomUUID(), refundId: randomUUID(), amount: euros(1) });

const calls: readonly Call[] = [
  {
    title: 'order gets a token in its own name',
    from: 'order',
    to: 'identity',
    method: `${identity}/IssueWorkloadToken`,
    request: async (world) => ({ audience: world.spiffeId('payment'), scopes: ['payments:write'] }),
  },
  {
    title: 'order gives up a payment in its own name, of which payment knows nothing',
    from: 'order',
    to: 'payment',
    method: '/payment.v1.PaymentService/VoidPayment',
    request: nothingTaken,
    inItsOwnName: true,
  },
  {
    title: 'the operator lists the users',
    from: 'operator',
    to: 'identity',
    method: `${users}/ListUsers`,
    request: nothing,
    inItsOwnName: true,
  },
  {
    title: 'the operator blocks a user, of whom identity has never heard',
    from: 'operator',
    to: 'identity',
    method: `${users}/BlockUser`,
    request: stranger,
    inItsOwnName: true,
    answer: 'NOT_FOUND',
  },
  {
    title: 'the operator lets a user in again, of whom identity has never heard',
    from: 'operator',
    to: 'identity',
    method: `${users}/UnblockUser`,
    request: stranger,
    inItsOwnName: true,
    answer: 'NOT_FOUND',
  },
  {
    title: 'the operator reads the ledger',
    from: 'operator',
    to: 'audit',
    method: '/audit.v1.AuditService/ListDecisions',
    request: async () => ({ pageSize: 1 }),
    inItsOwnName: true,
  },
];

/** What came of a settlement notice: the decision of the service that took it. */
function settlement(title: string, from: string, to: ServiceName, method: string): Attempt {
  return {
    id: `allowed/${from}-${to}${method.slice(method.lastIndexOf('/'))}`,
    ...{ title, from, to, method, fault: 'none', expected: { code: 'OK', reasons: [] } },
    async run(world) {
      const orderId = await settledOrder(world);
      const record = await world.ledger.find(
        to,
        (found) => found.method === method && Object.values(found.resource).includes(orderId),
      );
      const code = record?.allowed === true ? 'OK' : 'refused';
      return evidenceOf({ code, message: record?.reasons.join() ?? 'nobody recorded it' }, to, record);
    },
  };
}

/** What workloads, the operator and a third party do in their own name, or for nobody. */
export const allowedCalls: readonly Attempt[] = [
  ...calls.map(directCall),
  settlement(
    'the card network tells payment that it has paid out',
    'card-network',
    'payment',
    '/payment.v1.PaymentService/ReceiveSettlement',
  ),
  settlement(
    'payment tells order in its own name that the card network has paid out',
    'payment',
    'order',
    '/order.v1.OrderService/RecordSettlement',
  ),
];
