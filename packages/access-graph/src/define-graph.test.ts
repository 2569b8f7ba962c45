import { expect, expectTypeOf, it } from 'vitest';
import { defineGraph } from './define-graph.ts';
import { smallGraph } from './testing/small-graph.ts';

const about = 'Is there.';
const rule = { for: 'user', scopes: ['a:b'], record: 'synced' } as const;
const door = { about, api: 'door', methods: { Open: { ...rule, callers: 'users' } } } as const;
const good = {
  trustDomain: 'test.example',
  entryPoint: 'door',
  services: {
    door,
    lamp: {
      about,
      api: 'lamp',
      methods: {
        Light: { ...rule, callers: ['door.Open'], observe: ['amount_over_limit'] },
        Dim: { ...rule, callers: ['cellar'], for: 'workload' },
        Deliver: { callers: { thirdParty: 'postman' }, for: 'third party', scopes: [], record: 'synced' },
      },
    },
  },
  otherWorkloads: { cellar: {} },
  amountLimits: [{ methods: ['lamp.Light'], minorUnits: 1, role: 'boss' }],
  thirdParties: ['postman'],
} as const;

it('takes a good graph', () => {
  expect(defineGraph(smallGraph()).services.map(({ name }) => name)).toEqual(['door', 'lamp']);
});

it('refuses a graph with faults, and names every one', () => {
  const graph = { ...smallGraph(), entryPoint: 'window', trustDomain: 'Test' };
  expect(() => defineGraph(graph)).toThrow(/the trust domain Test.*the entry point window/s);
});

it('does not compile with a name that does not exist', () => {
  const withoutAbout = { api: 'lamp', methods: { Light: { ...rule, callers: ['door.Open'] } } } as const;
  const misspelt = { about, api: 'lamp', methods: { Light: { ...rule, callers: ['dor.Open'] } } } as const;
  const unknown = { about, api: 'lamp', methods: { Light: { ...rule, callers: ['door.Shut'] } } } as const;
  const unknownWorkload = {
    about,
    api: 'lamp',
    methods: { Light: { ...rule, callers: ['celar'], for: 'workload' } },
  } as const;
  const unknownParty = {
    about,
    api: 'lamp',
    methods: { Light: { ...rule, callers: { thirdParty: 'milkman' } } },
  } as const;
  const observing = {
    about,
    api: 'lamp',
    methods: { Light: { ...rule, callers: [], observe: ['policy_failed'] } },
  } as const;
  const withoutMethods = { about, api: 'lamp', methods: { Light: { ...rule, callers: ['cellar.Open'] } } } as const;
  const attempts = [
    () => defineGraph(good),
    // @ts-expect-error nobody says what the service is there for
    () => defineGraph({ ...good, services: { door, lamp: withoutAbout } }),
    // @ts-expect-error the service is spelt in another way
    () => defineGraph({ ...good, services: { door, lamp: misspelt } }),
    // @ts-expect-error the service has no such method
    () => defineGraph({ ...good, services: { door, lamp: unknown } }),
    // @ts-expect-error a workload without methods calls none
    () => defineGraph({ ...good, services: { door, lamp: withoutMethods } }),
    // @ts-expect-error no such service
    () => defineGraph({ ...good, entryPoint: 'window' }),
    // @ts-expect-error a workload is not an entry point
    () => defineGraph({ ...good, entryPoint: 'cellar' }),
    // @ts-expect-error no such method
    () => defineGraph({ ...good, amountLimits: [{ methods: ['lamp.Glow'], minorUnits: 1, role: 'boss' }] }),
    // @ts-expect-error no such workload
    () => defineGraph({ ...good, services: { door, lamp: unknownWorkload } }),
    // @ts-expect-error no such third party
    () => defineGraph({ ...good, services: { door, lamp: unknownParty } }),
    // @ts-expect-error what cannot be read is always refused
    () => defineGraph({ ...good, services: { door, lamp: observing } }),
  ];
  expect(attempts[0]?.().services).toHaveLength(2);
});

it('knows the names of its services and of its other workloads as types', () => {
  const graph = defineGraph(good);
  const names = graph.workloads.map(({ name }) => name);
  expectTypeOf(graph.entryPoint).toEqualTypeOf<'door' | 'lamp'>();
  expectTypeOf(names).toEqualTypeOf<('door' | 'lamp' | 'cellar')[]>();
});
