import { expect, it } from 'vitest';
import { findFaults } from './graph-faults.ts';
import type { AmountLimitSource, AnyMethod, GraphSource, MethodSource, ServiceSource } from './graph-source.ts';
import { smallGraph } from './testing/small-graph.ts';

const light: MethodSource = { callers: ['door.Open'], for: 'user', scopes: ['lamps:light'], record: 'written' };

/** The small graph with another lamp. */
function withLamp(lamp: Partial<ServiceSource>): GraphSource {
  const graph = smallGraph();
  return { ...graph, services: { ...graph.services, lamp: { api: 'lamp', methods: { Light: light }, ...lamp } } };
}

function withLight(method: Partial<MethodSource>): GraphSource {
  return withLamp({ methods: { Light: { ...light, ...method } } });
}

function withDoor(method: Partial<MethodSource>): GraphSource {
  const graph = smallGraph();
  const open: MethodSource = { callers: 'users', for: 'user', scopes: ['doors:open'], record: 'synced', ...method };
  return { ...graph, services: { ...graph.services, door: { api: 'door', methods: { Open: open } } } };
}

const circle = { callers: ['lamp.Light'], for: 'user', scopes: ['cups:fill'], record: 'written' } as const;

function limit(methods: AnyMethod[], minorUnits = 1, role = 'boss'): AmountLimitSource {
  return { methods, minorUnits, role };
}

const badGraphs: readonly (readonly [title: string, graph: GraphSource, fault: string])[] = [
  [
    'a trust domain in capitals',
    { ...smallGraph(), trustDomain: 'Test.Example' },
    'the trust domain Test.Example is not a valid name',
  ],
  ['an unknown entry point', { ...smallGraph(), entryPoint: 'window' }, 'the entry point window is not a service'],
  ['a name with a quote', { ...smallGraph(), otherWorkloads: { 'cel"lar': {} } }, 'cel"lar is not a valid name'],
  [
    'a name of an owner',
    { ...smallGraph(), otherWorkloads: { 'lamp-owner': {} } },
    'lamp-owner is the name of an owner',
  ],
  ['two workloads of one name', { ...smallGraph(), otherWorkloads: { lamp: {} } }, 'lamp is the name of two workloads'],
  ['two services of one API', withLamp({ api: 'door' }), 'door is the API of two services'],
  ['an API with a space', withLamp({ api: 'lamp v1' }), 'lamp has the API lamp v1, which is not a valid name'],
  ['a user blocked twice', { ...smallGraph(), blockedUsers: ['m', 'm'] }, 'the user m is blocked twice'],
  ['its own name as a DNS name', withLamp({ dnsNames: ['lamp'] }), 'lamp has the DNS name lamp twice'],
  [
    'a DNS name with a comma',
    withLamp({ dnsNames: ['a, URI:b'] }),
    'lamp has the DNS name a, URI:b, which is not valid',
  ],
  ['a method with a slash', withLamp({ methods: { 'A/B': light } }), 'lamp.A/B is not a valid name'],
  [
    'a table with a quote',
    withLamp({ tables: { 'a"b': ['select'] } }),
    'lamp has the table a"b, which is not a valid name',
  ],
  ['a grant twice', withLamp({ tables: { t: ['select', 'select'] } }), 'lamp has select on t twice'],
  ['a table without a grant', withLamp({ tables: { t: [] } }), 'lamp has nothing on t: leave it out'],
  ['a grant of everything', withLamp({ tables: { t: ['all' as 'select'] } }), 'lamp has all on t'],
  ['a user without a scope', withLight({ scopes: [] }), 'lamp.Light is for users and asks for no scope'],
  ['a scope without a user', withLight({ for: 'nobody' }), 'lamp.Light takes no token and asks for scopes'],
  ['a scope twice', withLight({ scopes: ['a:b', 'a:b'] }), 'lamp.Light asks for a:b twice'],
  ['a scope with a space', withLight({ scopes: ['a:b c:d'] }), 'lamp.Light asks for a:b c:d, not like orders:read'],
  ['users inside', withLight({ callers: 'users' }), 'lamp.Light lets users in past the entry point'],
  ['users without a token', withDoor({ for: 'nobody', scopes: [] }), 'door.Open is called by users and takes no token'],
  [
    'a token needed for tokens',
    withLight({ callers: 'whoever calls for users' }),
    'lamp.Light is called by workloads for themselves and cannot ask for a token',
  ],
  ['no caller', withLight({ callers: [] }), 'lamp.Light has no caller'],
  ['a caller twice', withLight({ callers: ['door.Open', 'door.Open'] }), 'lamp.Light has the caller door.Open twice'],
  [
    'an unknown caller',
    withLight({ callers: ['door.Shut'] }),
    'lamp.Light has the caller door.Shut, which does not exist',
  ],
  ['an edge to itself', withLight({ callers: ['lamp.Light'] }), 'lamp.Light is called by its own service'],
  [
    'a workload at the entry point',
    withDoor({ callers: ['lamp.Light'] }),
    'door.Open is at the entry point, where users call and not lamp.Light',
  ],
  [
    'a user that the caller has not',
    {
      ...smallGraph(),
      services: {
        ...smallGraph().services,
        cup: { api: 'cup', methods: { Fill: { ...circle, callers: ['lamp.Blink'] } } },
      },
    },
    'cup.Fill is for users, its caller lamp.Blink has none',
  ],
  [
    'a circle',
    {
      ...withLight({ callers: ['door.Open', 'cup.Fill'] }),
      services: {
        ...withLight({ callers: ['door.Open', 'cup.Fill'] }).services,
        cup: { api: 'cup', methods: { Fill: circle } },
      },
    },
    'cup.Fill calls itself in a circle',
  ],
  [
    'two limits',
    { ...smallGraph(), amountLimits: [limit(['lamp.Light']), limit(['lamp.Light'])] },
    'lamp.Light has two amount limits',
  ],
  [
    'half a cent',
    { ...smallGraph(), amountLimits: [limit(['lamp.Light'], 0.5)] },
    'the amount limit 0.5 is not a count of minor units',
  ],
  [
    'a limit of nothing',
    { ...smallGraph(), amountLimits: [limit(['lamp.Light'], 0)] },
    'the amount limit 0 is not a count of minor units',
  ],
  [
    'a limit without a role',
    { ...smallGraph(), amountLimits: [limit(['lamp.Light'], 1, '')] },
    'an amount limit has no role',
  ],
  [
    'a limit for nothing',
    { ...smallGraph(), amountLimits: [limit(['lamp.Dim'])] },
    'lamp.Dim has an amount limit and does not exist',
  ],
  [
    'a limit for nobody',
    { ...smallGraph(), amountLimits: [limit(['lamp.Blink'])] },
    'lamp.Blink has an amount limit and no user',
  ],
];

it('finds nothing wrong with a good graph', () => {
  expect(findFaults(smallGraph())).toEqual([]);
});

it.each(badGraphs)('finds %s', (_title, graph, fault) => {
  expect(findFaults(graph)).toContain(fault);
});
