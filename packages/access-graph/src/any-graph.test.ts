import { readFileSync } from 'node:fs';
import { createOpaAuthorizer, type PolicyInput } from '@zt/kit/authz';
import { parseSpiffeId } from '@zt/kit/identity';
import { expectToHold } from '@zt/kit/testing/properties';
import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { defineGraph } from './define-graph.ts';
import { edges } from './edges.ts';
import type { AccessGraph } from './graph.ts';
import type { GraphSource, MethodSource, ServiceSource } from './graph-source.ts';
import { networkDoors } from './network-doors.ts';
import { accessGraphPage } from './page/access-graph-page.ts';
import { policyData } from './policy-data.ts';
import { postgresSetup } from './postgres-grants.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';
import { smallGraph } from './testing/small-graph.ts';
import { vaultPolicies } from './vault-policies.ts';
import { vaultDatabaseRoles } from './vault-roles.ts';
import { workloadIdentities } from './workload-identities.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../policy/policy.wasm', import.meta.url)));

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** Names that there are, names that there might be, and names that are none. */
const name = fc.oneof(
  fc.constantFrom('door', 'lamp', 'cellar', 'postman', 'attic', 'a-1', 'operator'),
  fc.constantFrom(
    '',
    'Lamp',
    '1a',
    'a_b',
    'lamp-owner',
    'constructor',
    '__proto__',
    "a'; drop",
    'a\nb',
    'x'.repeat(64),
  ),
);
const text = fc.oneof(name, fc.string({ unit: 'binary', maxLength: 8 }));
const caller = fc.oneof(fc.constantFrom('door.Open', 'lamp.Light', 'lamp.Dim', 'lamp.Blink', 'lamp.Off'), name);
const list = <Value>(of: Arbitrary<Value>) => fc.array(of, { maxLength: 3 });
const count = fc.oneof(fc.integer({ min: -1, max: 100 }), fc.double());

/** What may stand in each field of a method, as far as types say: right or not is what is checked. */
const methodFields: { readonly [Field in keyof MethodSource]-?: Arbitrary<MethodSource[Field]> } = {
  callers: fc.oneof(
    list(caller),
    fc.constantFrom(
      'users',
      'whoever calls for users',
      'whoever calls for itself',
      'whoever serves users',
      'every other service',
    ),
    name.map((thirdParty) => ({ thirdParty })),
  ),
  for: fc.constantFrom('user', 'workload', 'user or workload', 'third party', 'nobody'),
  scopes: list(fc.oneof(fc.constantFrom('lamps:light', 'lamps:dim', 'doors:open'), text)),
  record: fc.constantFrom('synced', 'written'),
  api: fc.oneof(fc.constantFrom('lamp.v1.LampService', 'door', 'lamp.v2.Lamp'), text),
  roles: list(text),
  purpose: fc.constant(true),
  hours: fc.record({
    from: fc.oneof(fc.constantFrom('06:00', '18:00', '24:00'), text),
    until: fc.constantFrom('07:00', '06:00'),
  }),
  networks: list(fc.oneof(fc.constantFrom('10.0.0.0/8', 'fd00::/8', '10.0.0.0/33', '::/0'), text)),
  rateLimit: fc.record({ calls: count, seconds: count }),
  distinctUsers: fc.record({ users: count, seconds: count }),
  observe: list(fc.constantFrom('role_missing', 'amount_over_limit', 'caller_not_allowed', 'rate_exceeded')),
};

const aField = fc
  .constantFrom(...(Object.keys(methodFields) as (keyof MethodSource)[]))
  .chain((field) => (methodFields[field] as Arbitrary<unknown>).map((value) => ({ [field]: value })));

const aService: Arbitrary<Partial<ServiceSource>> = fc.record(
  {
    about: fc.oneof(fc.constantFrom('Is there.', 'is there', ''), text),
    api: fc.oneof(fc.constantFrom('door', 'attic'), text),
    tables: fc.dictionary(
      fc.oneof(fc.constantFrom('lamps', 'bulbs'), text),
      list(fc.constantFrom('select', 'insert', 'update')),
    ),
    dnsNames: list(text),
    apiKeysOf: list(name),
  },
  { requiredKeys: [] },
);

type Change = (graph: Writable<GraphSource>) => void;

function methodChange(service: string, method: string, fields: Partial<MethodSource>): Change {
  return (graph) => {
    const known = Object.hasOwn(graph.services, service) ? graph.services[service] : undefined;
    const before = known ?? { about: 'Is there.', api: service, methods: {} };
    const plain: MethodSource = { callers: ['door.Open'], for: 'user', scopes: ['lamps:light'], record: 'written' };
    const changed = { ...plain, ...(Object.hasOwn(before.methods, method) ? before.methods[method] : {}), ...fields };
    graph.services = { ...graph.services, [service]: { ...before, methods: { ...before.methods, [method]: changed } } };
  };
}

const change: Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('Light', 'Dim', 'Deliver', 'Blink'), aField)
      .map(([method, fields]) => methodChange('lamp', method, fields)),
  },
  fc
    .tuple(name, fc.oneof(fc.constantFrom('Open', 'Off', 'on'), text), aField)
    .map(([service, method, fields]) => methodChange(service, method, fields)),
  aService.map(
    (service): Change =>
      (graph) => {
        graph.services = { ...graph.services, lamp: { ...(graph.services.lamp ?? expect.fail()), ...service } };
      },
  ),
  fc.record({ trustDomain: text, entryPoint: name }, { requiredKeys: [] }).map(
    (fields): Change =>
      (graph) =>
        void Object.assign(graph, fields),
  ),
  fc.dictionary(name, fc.record({ dnsNames: list(text) }, { requiredKeys: [] })).map(
    (others): Change =>
      (graph) => {
        graph.otherWorkloads = { ...graph.otherWorkloads, ...others };
      },
  ),
  list(name).map(
    (names): Change =>
      (graph) => {
        graph.thirdParties = [...graph.thirdParties, ...names];
      },
  ),
  fc.record({ methods: list(caller), minorUnits: count, role: text }).map(
    (limit): Change =>
      (graph) => {
        graph.amountLimits = [...graph.amountLimits, limit as GraphSource['amountLimits'][number]];
      },
  ),
);

const anyGraph = fc.array(change, { maxLength: 3 }).map((changes) => {
  const graph: Writable<GraphSource> = smallGraph();
  for (const apply of changes) apply(graph);
  return graph;
});

/** A graph, or null where it was refused in the way that is said. */
function definedOrNull(source: GraphSource): AccessGraph | null {
  try {
    return defineGraph(source) as AccessGraph;
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message).toMatch(/^the access graph has faults:\n- /);
    return null;
  }
}

test('whatever somebody writes as a graph, its faults are listed, or all that is made from it can be made', async () => {
  await expectToHold(
    fc.property(anyGraph, (source) => {
      const graph = definedOrNull(source);
      if (graph === null) return;
      const names = new Set(graph.workloads.map(({ name: workload }) => workload));
      for (const { caller: from, callee } of edges(graph)) {
        expect(parseSpiffeId(from).path).not.toBe('');
        expect(parseSpiffeId(callee).path).not.toBe('');
      }
      for (const { callers } of graph.services.flatMap(({ methods }) => methods)) {
        if (callers.kind === 'workloads') for (const each of callers.names) expect(names).toContain(each);
      }
      const made = [
        policyData(graph),
        graph.services
          .filter(({ tables }) => tables !== null)
          .map(({ name: service }) => postgresSetup(graph, service)),
        vaultPolicies(graph),
        vaultDatabaseRoles(graph, { leaseSeconds: 60 }),
        workloadIdentities(graph),
        networkDoors(graph),
        accessGraphPage(graph),
      ];
      expect(JSON.stringify(made)).not.toMatch(/undefined|NaN/);
    }),
    300,
  );
});

test('whatever graph there is, policy lets nobody call but who is listed, and only for whom the rule names', async () => {
  await expectToHold(
    fc.asyncProperty(anyGraph, async (source) => {
      const graph = definedOrNull(source);
      if (graph === null) return;
      const data = policyData(graph);
      const authorizer = await createOpaAuthorizer({ wasm, data });
      const peers = [
        null,
        `spiffe://${graph.trustDomain}/ns/shop/sa/stranger`,
        ...graph.workloads.map((each) => spiffeIdOf(graph, each.name)),
      ];
      for (const service of graph.services) {
        for (const { fullName, callers, scopes, onBehalfOf, observe } of service.methods) {
          for (const peer of peers) {
            const input = { ...asked, method: fullName, service: spiffeIdOf(graph, service.name), peer };
            const { allow } = authorizer.decide({ ...input, token: { ...token, audience: input.service, scopes } });
            const without = authorizer.decide({ ...input, token: null });
            const isListed =
              callers.kind === 'workloads' && callers.names.some((each) => spiffeIdOf(graph, each) === peer);
            if (callers.kind === 'workloads' && !isListed && !observe.includes('caller_not_allowed')) {
              expect([allow, without.allow], `${peer} may call ${fullName}`).toEqual([false, false]);
            }
            if (onBehalfOf !== 'nobody' && observe.length === 0) expect(without.allow).toBe(false);
          }
        }
      }
    }),
    60,
  );
});

const token = { subject: 'alice', roles: [], audience: '', scopes: [] as readonly string[], chain: [], blocked: false };

const asked: Omit<PolicyInput, 'method' | 'service' | 'peer'> = {
  version: 1,
  token: null,
  resource: { amount_minor_units: 1, purpose: 'a test' },
  time: '2030-01-01T06:30:00.000Z',
  source_address: '10.0.0.1:1',
  calls_in_window: 0,
  users_in_window: 0,
};
