import { expect, it } from 'vitest';
import type { AmountLimitSource, AnyMethod, GraphSource, MethodSource, ServiceSource } from '../graph-source.ts';
import { smallGraph } from '../testing/small-graph.ts';
import { findFaults } from './graph-faults.ts';
import { whyNoService, whyNoWorkload } from './kept-names.ts';

const light: MethodSource = { callers: ['door.Open'], for: 'user', scopes: ['lamps:light'], record: 'written' };

const about = { about: 'Is there.' };

/** The small graph with another lamp. */
function withLamp(lamp: Partial<ServiceSource>): GraphSource {
  const graph = smallGraph();
  return {
    ...graph,
    services: { ...graph.services, lamp: { ...about, api: 'lamp', methods: { Light: light }, ...lamp } },
  };
}

function withService(name: string): GraphSource {
  const graph = smallGraph();
  const service: ServiceSource = { ...about, api: 'other', methods: { Light: light } };
  return { ...graph, services: { ...graph.services, [name]: service } };
}

function withLight(method: Partial<MethodSource>): GraphSource {
  return withLamp({ methods: { Light: { ...light, ...method } } });
}

function withDoor(method: Partial<MethodSource>): GraphSource {
  const graph = smallGraph();
  const open: MethodSource = { callers: 'users', for: 'user', scopes: ['doors:open'], record: 'synced', ...method };
  return { ...graph, services: { ...graph.services, door: { ...about, api: 'door', methods: { Open: open } } } };
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
  [
    'a name that ends in a hyphen',
    { ...smallGraph(), otherWorkloads: { 'cellar-': {} } },
    'cellar- is not a valid name',
  ],
  ...['default', 'root', 'public', 'none', 'template1', 'listen', 'database', 'vault', 'postgres', 'operator'].map(
    (name) =>
      [
        `a service called ${name}`,
        withService(name),
        `${name} cannot be the name of a service: ${whyNoService(name)}`,
      ] as const,
  ),
  [
    'a workload that has the account of every pod',
    { ...smallGraph(), otherWorkloads: { default: {} } },
    `default cannot be the name of a workload: ${whyNoWorkload('default')}`,
  ],
  ['two workloads of one name', { ...smallGraph(), otherWorkloads: { lamp: {} } }, 'lamp is the name of two workloads'],
  ['a service about nothing', withLamp({ about: '' }), 'lamp is about something that is no sentence of one line'],
  [
    'a service about two lines',
    withLamp({ about: 'Light.\n# Dark.' }),
    'lamp is about something that is no sentence of one line',
  ],
  ['two services of one API', withLamp({ api: 'door' }), 'door is the API of two services'],
  ['an API with a space', withLamp({ api: 'lamp v1' }), 'lamp has the API lamp v1, which is not a valid name'],
  [
    'another API of two services',
    withLamp({ methods: { Light: { ...light, api: 'door' } } }),
    'door is the API of two services',
  ],
  ['another API with a space', withLight({ api: 'lamp v1' }), 'lamp has the API lamp v1, which is not a valid name'],
  [
    'a third party named like a workload',
    { ...smallGraph(), thirdParties: ['lamp'] },
    'lamp is the name of a third party and of another',
  ],
  [
    'a third party named like a SPIFFE ID',
    { ...smallGraph(), thirdParties: ['spiffe://a'] },
    'spiffe://a is not a valid name',
  ],
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
  [
    'a workload without a scope',
    withLight({ callers: ['cellar'], for: 'workload', scopes: [] }),
    'lamp.Light is for workloads and asks for no scope',
  ],
  [
    'a scope of a third party',
    withLight({ callers: { thirdParty: 'postman' }, for: 'third party' }),
    'lamp.Light is for a third party, who has no scopes, and asks for them',
  ],
  [
    'a third party that nobody named',
    withLight({ callers: { thirdParty: 'milkman' }, for: 'third party', scopes: [] }),
    'lamp.Light has the caller milkman, which is no third party',
  ],
  [
    'a third party that calls for users',
    withLight({ callers: { thirdParty: 'postman' } }),
    'lamp.Light is either for a third party or not called by one',
  ],
  [
    'a method for a third party that others call',
    withLight({ for: 'third party', scopes: [] }),
    'lamp.Light is either for a third party or not called by one',
  ],
  [
    "a workload's token at the entry point",
    withDoor({ for: 'user or workload' }),
    "door.Open is called by users and takes a workload's token",
  ],
  [
    'a workload that has no user',
    withLight({ callers: ['cellar'] }),
    'lamp.Light is for users, its caller cellar has none',
  ],
  [
    'a workload that has no user where it may have one',
    withLight({ callers: ['cellar'], for: 'user or workload' }),
    'lamp.Light is for users, its caller cellar has none',
  ],
  [
    'an API key of nobody',
    withLamp({ apiKeysOf: ['milkman'] }),
    'lamp has an API key of milkman, which is no third party',
  ],
  ['an API key twice', withLamp({ apiKeysOf: ['postman', 'postman'] }), 'lamp has an API key of postman twice'],
  ['an API key without Vault', withLamp({ apiKeysOf: ['postman'] }), 'lamp has API keys and no login to Vault'],
  ['no role', withLight({ roles: [] }), 'lamp.Light asks for a role without a name'],
  ['a role without a name', withLight({ roles: [''] }), 'lamp.Light asks for a role without a name'],
  ['a role twice', withLight({ roles: ['boss', 'boss'] }), 'lamp.Light asks for the role boss twice'],
  [
    'a role of a workload',
    withLight({ roles: ['boss'], for: 'workload' }),
    'lamp.Light asks for a role, which users only have',
  ],
  [
    'an hour of another kind',
    withLight({ hours: { from: '6:00', until: '22:00' } }),
    'lamp.Light has the hour 6:00, not like 06:00',
  ],
  [
    'an hour after the last',
    withLight({ hours: { from: '06:00', until: '24:00' } }),
    'lamp.Light has the hour 24:00, not like 06:00',
  ],
  [
    'no hours',
    withLight({ hours: { from: '06:00', until: '06:00' } }),
    'lamp.Light has hours that end when they begin',
  ],
  ['no networks', withLight({ networks: [] }), 'lamp.Light has a list of networks with none in it'],
  ['an address for a network', withLight({ networks: ['127.0.0.1'] }), 'lamp.Light has the network 127.0.0.1'],
  ['a network with too many bits', withLight({ networks: ['10.0.0.0/33'] }), 'lamp.Light has the network 10.0.0.0/33'],
  ['a network of a name', withLight({ networks: ['office/8'] }), 'lamp.Light has the network office/8'],
  ['a network twice', withLight({ networks: ['::/0', '::/0'] }), 'lamp.Light has the network ::/0 twice'],
  [
    'a rate of nothing',
    withLight({ rateLimit: { calls: 0, seconds: 10 } }),
    'lamp.Light has a rate limit that is not a count of calls in up to 3600 seconds',
  ],
  [
    'a rate of a day',
    withLight({ rateLimit: { calls: 1, seconds: 86_400 } }),
    'lamp.Light has a rate limit that is not a count of calls in up to 3600 seconds',
  ],
  [
    'a limit of no users',
    withLight({ distinctUsers: { users: 0, seconds: 60 } }),
    'lamp.Light has a limit of users that is not a count of up to 10000 users in up to 3600 seconds',
  ],
  [
    'a limit of half a user',
    withLight({ distinctUsers: { users: 1.5, seconds: 60 } }),
    'lamp.Light has a limit of users that is not a count of up to 10000 users in up to 3600 seconds',
  ],
  [
    'a limit of more users than are remembered',
    withLight({ distinctUsers: { users: 10_001, seconds: 60 } }),
    'lamp.Light has a limit of users that is not a count of up to 10000 users in up to 3600 seconds',
  ],
  [
    'a limit of users in a day',
    withLight({ distinctUsers: { users: 1, seconds: 86_400 } }),
    'lamp.Light has a limit of users that is not a count of up to 10000 users in up to 3600 seconds',
  ],
  [
    'a limit of users where workloads may call in their own name',
    withLight({ distinctUsers: { users: 1, seconds: 60 }, for: 'user or workload' }),
    'lamp.Light limits the users of its callers, and is not for users alone',
  ],
  [
    'a limit of users at the entry point',
    withDoor({ distinctUsers: { users: 1, seconds: 60 } }),
    'door.Open limits the users of its callers, and they call it themselves',
  ],
  [
    'a reason observed twice',
    withLight({ observe: ['role_missing', 'role_missing'] }),
    'lamp.Light observes role_missing twice',
  ],
  ['no caller', withLight({ callers: [] }), 'lamp.Light has no caller: name one, or take the method out'],
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
        cup: { ...about, api: 'cup', methods: { Fill: { ...circle, callers: ['lamp.Blink'] } } },
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
        cup: { ...about, api: 'cup', methods: { Fill: circle } },
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
    { ...smallGraph(), amountLimits: [limit(['lamp.Glow'])] },
    'lamp.Glow has an amount limit and does not exist',
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
