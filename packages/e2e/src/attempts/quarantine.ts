import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@zt/access-graph';
import type { Job } from '../probe/job.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf, evidenceOfCall, only } from './evidence.ts';
import { tellIdentityOf, whileQuarantined } from './quarantine-world.ts';
import type { World } from './world.ts';

const fault = 'quarantined workload';
const refused = { code: 'PERMISSION_DENIED', reasons: ['peer_quarantined'] } as const;

const callOf = (world: World, to: ServiceName, method: string, token: string | null, request: object): Job => ({
  kind: 'call',
  method,
  address: world.stack.addresses[to],
  server: world.spiffeId(to),
  token,
  request: { ...request },
});

const releaseReservation = '/inventory.v1.InventoryService/ReleaseReservation';

async function releaseAsOrder(world: World, token: string): Promise<Evidence> {
  const job = callOf(world, 'inventory', releaseReservation, token, { reservationId: randomUUID() });
  return await evidenceOfCall(world, 'inventory', only(await world.runAs('order', [job])));
}

const inOwnName: Attempt = {
  id: 'quarantine/caller',
  title: 'order, which was quarantined a second ago, calls inventory with a good certificate and a token from before',
  from: 'order',
  to: 'inventory',
  method: releaseReservation,
  fault,
  expected: refused,
  async run(world) {
    const token = await world.ownTokenOf('order', 'inventory');
    return await whileQuarantined(world, 'order', () => releaseAsOrder(world, token));
  },
};

const inTheChain: Attempt = {
  id: 'quarantine/chain',
  title: 'order calls inventory for alice, who came by way of a gateway that is quarantined',
  from: 'order',
  to: 'inventory',
  method: releaseReservation,
  fault,
  expected: refused,
  async run(world) {
    const users = await world.tokenOf('alice');
    const first = await world.exchangeAs('gateway', users, 'order', ['inventory:write', 'orders:write']);
    const token = await world.exchangeAs('order', first, 'inventory', ['inventory:write']);
    return await whileQuarantined(world, 'gateway', () => releaseAsOrder(world, token));
  },
};

const asksForToken: Attempt = {
  id: 'quarantine/token',
  title: 'payment, which is quarantined, asks identity for a token in its own name',
  from: 'payment',
  to: 'identity',
  method: '/identity.v1.TokenExchangeService/IssueWorkloadToken',
  fault,
  expected: refused,
  run: (world) =>
    whileQuarantined(world, 'payment', async () => {
      const request = { audience: world.spiffeId('order'), scopes: ['orders:settle'] };
      const job = callOf(world, 'identity', asksForToken.method, null, request);
      return await evidenceOfCall(world, 'identity', only(await world.runAs('payment', [job])));
    }),
};

const asCallee: Attempt = {
  id: 'quarantine/callee',
  title: 'alice asks what is in stock: the gateway does not ask inventory, which is quarantined',
  from: 'alice',
  to: 'gateway',
  method: '/gateway/GetStock',
  fault,
  expected: { code: '503', reasons: ['callee_quarantined'] },
  run: (world) =>
    whileQuarantined(world, 'inventory', async () => {
      const answer = await world.shop.getStock(await world.tokenOf('alice'), 'tea-assam-100g');
      // The request itself was allowed, and that one more record says what became of it.
      const record = await world.ledger.find('gateway', (found) => found.traceId === answer.traceId && !found.allowed);
      const reached = (await world.ledger.trace(answer.traceId)).find(({ service }) => service.endsWith('/inventory'));
      if (reached !== undefined) throw new Error(`inventory was asked, by decision ${reached.decisionId}`);
      return evidenceOf({ code: String(answer.status), message: String(answer.body.detail) }, 'gateway', record);
    }),
};

const patienceMs = 10_000;

/** Asks the ledger itself, as the operator does; not the disk of the service that wrote it. */
async function isInLedger(world: World, decisionId: string): Promise<boolean> {
  const token = await world.ownTokenOf('operator', 'audit', ['audit:read']);
  const job = callOf(world, 'audit', '/audit.v1.AuditService/ListDecisions', token, { decisionId });
  const { answer = '{}' } = only(await world.runAs('operator', [job]));
  return (JSON.parse(answer) as { readonly decisions?: readonly unknown[] }).decisions?.length === 1;
}

const handsRecords: Attempt = {
  id: 'quarantine/records',
  title: 'order, which is quarantined, hands a record of what it refused to the ledger, which takes it',
  from: 'order',
  to: 'audit',
  method: '/audit.v1.AuditService/RecordDecisions',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  run: (world) =>
    whileQuarantined(world, 'order', async () => {
      // Nobody of this system calls it now; this caller does all the same.
      const job = callOf(world, 'order', '/order.v1.OrderService/GetOrder', null, { orderId: randomUUID() });
      const { decisionId } = only(await world.runAs('gateway', [job]));
      if (decisionId === null) throw new Error('order has decided nothing');
      const end = Date.now() + patienceMs;
      while (!(await isInLedger(world, decisionId))) {
        if (Date.now() > end) return { code: 'missing', reasons: [], message: '', recordedBy: null };
        await sleep(200);
      }
      return { code: 'OK', reasons: [], message: '', recordedBy: `audit, order's decision ${decisionId}` };
    }),
};

/** They take part in it themselves. */
const indispensable = (['identity', 'audit', 'operator'] as const).map(
  (workload): Attempt => ({
    id: `quarantine/not-${workload}`,
    title: `the operator quarantines ${workload}, which takes part in every quarantine`,
    from: 'operator',
    to: 'identity',
    method: '/identity.v1.WorkloadService/QuarantineWorkload',
    fault: 'workload that is needed',
    expected: { code: 'FAILED_PRECONDITION', reasons: [] },
    async run(world) {
      const startedAt = new Date().toISOString();
      const spiffeId = world.spiffeId(workload);
      const answer = await (await tellIdentityOf(world, spiffeId))('QuarantineWorkload');
      const record = await world.ledger.find(
        'identity',
        ({ method, resource, time }) =>
          method === this.method && resource.workload === spiffeId && time >= startedAt.slice(0, 19),
      );
      return evidenceOf(answer, 'identity', record);
    },
  }),
);

const released: Attempt = {
  id: 'quarantine/released',
  title: 'inventory was quarantined and is released: alice is told what is in stock again',
  from: 'alice',
  to: 'gateway',
  method: '/gateway/GetStock',
  fault: 'none',
  expected: { code: 'OK', reasons: [] },
  async run(world) {
    await whileQuarantined(world, 'inventory', async () => {});
    await sleep(1_000);
    const answer = await world.shop.getStock(await world.tokenOf('alice'), 'tea-assam-100g');
    const record = (await world.ledger.trace(answer.traceId)).find(({ service }) => service.endsWith('/inventory'));
    const code = answer.status === 200 ? 'OK' : String(answer.status);
    return evidenceOf({ code, message: '' }, 'inventory', record ?? null);
  },
};

/** What is quarantined is refused as caller and as callee, everywhere and at once, and its evidence is kept. */
export const quarantinePaths: readonly Attempt[] = [
  inOwnName,
  inTheChain,
  asksForToken,
  asCallee,
  handsRecords,
  ...indispensable,
  released,
];
