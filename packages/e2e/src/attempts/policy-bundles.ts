import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceName, serviceNames } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { operatorAccessOf, withOperatorClient } from '../operator-client.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf, only } from './evidence.ts';
import type { World } from './world.ts';

const watch = { from: 'audit', to: 'every service', method: '/audit.v1.AuditService/WatchPolicyBundles' };

/** Greater than that of any bundle that somebody publishes by hand. */
const lateRevision = 1_000_000;
const patienceMs = 10_000;

/** What each service recorded of a bundle that somebody wrote into the ledger's database, where nobody verifies. */
async function whatBecomesOf(world: World, statement: string): Promise<ReadonlyMap<ServiceName, DecisionRecord>> {
  const access = operatorAccessOf(world.stack);
  const startedAt = new Date().toISOString();
  await withOperatorClient(access, 'audit', (client) =>
    client.query('insert into policy_bundles (revision, statement, published_at) values ($1, $2, now())', [
      lateRevision,
      statement,
    ]),
  );
  try {
    const end = Date.now() + patienceMs;
    while (true) {
      const records = (await world.ledger.since(startedAt)).filter(({ kind }) => kind === 'bundle');
      const found = new Map(
        serviceNames.flatMap((service) => {
          const record = records.find((each) => each.service === world.spiffeId(service));
          return record === undefined ? [] : [[service, record] as const];
        }),
      );
      if (found.size === serviceNames.length || Date.now() > end) return found;
      await sleep(100);
    }
  } finally {
    await withOperatorClient(access, 'audit', (client) =>
      client.query('delete from policy_bundles where revision = $1', [lateRevision]),
    );
  }
}

/** Refused by each, while what decides stays what it was. */
async function refusedByAll(world: World, statement: string): Promise<Evidence> {
  const before = await revisionInForce(world);
  const found = await whatBecomesOf(world, statement);
  const missing = serviceNames.filter((service) => !found.has(service));
  const changed = [...found].filter(([, { policyRevision }]) => policyRevision !== before);
  const taken = [...found].filter(([, { allowed }]) => allowed);
  const trouble = [...missing, ...changed.map(([name]) => name), ...taken.map(([name]) => name)];
  return {
    code: trouble.length === 0 ? 'refused' : `not as before at ${trouble.join(', ')}`,
    reasons: [...new Set([...found.values()].flatMap(({ reasons }) => reasons))],
    message: `policy ${before} is in force at all ${found.size} services`,
    recordedBy: missing.length === 0 ? 'every service' : null,
  };
}

async function revisionInForce(world: World): Promise<string> {
  const { traceId } = await world.placedOrder();
  const [record] = await world.ledger.trace(traceId);
  if (record === undefined) throw new Error('no decision of an order is on record');
  return record.policyRevision;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const nothing = { version: 1, revision: lateRevision, time: new Date().toISOString(), rules: {} };

const unsigned: Attempt = {
  ...watch,
  id: 'bundle/unsigned',
  title: 'Somebody writes a policy bundle that nobody signed into the database of the ledger',
  fault: 'a bundle without a signature',
  expected: { code: 'refused', reasons: ['bundle_signature_invalid'] },
  run: (world) => refusedByAll(world, `${part({ alg: 'ES256', typ: 'policy-bundle+jws' })}.${part(nothing)}.AAAA`),
};

const unreadable: Attempt = {
  ...watch,
  id: 'bundle/unreadable',
  title: 'Somebody writes something that is no policy bundle into the database of the ledger',
  fault: 'no bundle',
  expected: { code: 'refused', reasons: ['bundle_malformed'] },
  run: (world) => refusedByAll(world, 'no bundle'),
};

const published: Attempt = {
  id: 'bundle/published-unreadable',
  title: 'The operator publishes a policy bundle that is none',
  from: 'operator',
  to: 'audit',
  method: '/audit.v1.AuditService/PublishPolicyBundle',
  fault: 'no bundle',
  expected: { code: 'PERMISSION_DENIED', reasons: ['bundle_malformed'] },
  async run(world) {
    const token = await world.ownTokenOf('operator', 'audit', ['policy:write']);
    const { audit: address } = world.stack.addresses;
    const job = { kind: 'call' as const, method: this.method, address, server: world.spiffeId('audit'), token };
    const result = only(await world.runAs('operator', [{ ...job, request: { statement: 'no bundle' } }]));
    const record = await world.ledger.find('audit', ({ decisionId }) => decisionId === result.decisionId);
    return evidenceOf(result, 'audit', record);
  },
};

/** Nothing but what the operator signed changes what decides, whoever gives it out. */
export const policyBundlePaths: readonly Attempt[] = [unsigned, unreadable, published];
