import { describe, expect, it } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { defineGraph } from '../define-graph.ts';
import type { GraphSource, MethodSource, ServiceSource } from '../graph-source.ts';
import { smallGraph } from '../testing/small-graph.ts';
import { graphDiff } from './graph-diff.ts';

const signs = { more: '+', less: '-', other: '~' } as const;

function diff(before: GraphSource, after: GraphSource): string[] {
  return graphDiff(defineGraph(before), defineGraph(after)).map(({ effect, words }) => `${signs[effect]} ${words}`);
}

function withLamp(lamp: (service: ServiceSource) => Partial<ServiceSource>): GraphSource {
  const source = smallGraph();
  const known = source.services.lamp;
  if (known === undefined) throw new TypeError('the small graph has lost its lamp');
  return { ...source, services: { ...source.services, lamp: { ...known, ...lamp(known) } } };
}

function withMethod(name: string, rule: Partial<MethodSource>): GraphSource {
  return withLamp(({ methods }) => {
    const known = methods[name] ?? { callers: ['door.Open'], for: 'user', scopes: ['lamps:light'], record: 'written' };
    return { methods: { ...methods, [name]: { ...known, ...rule } } };
  });
}

it('finds nothing between a graph and itself', () => {
  expect(graphDiff(accessGraph, accessGraph)).toEqual([]);
  expect(diff(smallGraph(), smallGraph())).toEqual([]);
});

/** Each read forwards, and backwards with the opposite meaning. */
const changes: readonly (readonly [string, GraphSource, forwards: readonly string[], backwards: readonly string[]])[] =
  [
    [
      'a method',
      withMethod('Flash', { scopes: ['lamps:flash'] }),
      [
        '+ door may now call lamp/Flash for a user',
        '+ a token from door to lamp for users may now carry lamps:flash',
        '~ lamp/Flash now asks for the scope lamps:flash',
      ],
      [
        '- door may no longer call lamp/Flash for a user',
        '- a token from door to lamp for users may no longer carry lamps:flash',
      ],
    ],
    [
      'a caller',
      withMethod('Blink', { callers: ['door.Open', 'cellar'] }),
      ['+ cellar may now call lamp/Blink without a token'],
      ['- cellar may no longer call lamp/Blink without a token'],
    ],
    [
      'a role',
      withMethod('Light', { roles: ['owner'] }),
      ['- lamp/Light now asks for the role owner'],
      ['+ lamp/Light no longer asks for the role owner'],
    ],
    [
      'a purpose',
      withMethod('Light', { purpose: true }),
      ['- lamp/Light now asks what the call is for'],
      ['+ lamp/Light no longer asks what the call is for'],
    ],
    [
      'hours',
      withMethod('Light', { hours: { from: '06:00', until: '22:00' } }),
      ['- lamp/Light now limits the hours: from 06:00 until 22:00 UTC'],
      ['+ lamp/Light no longer limits the hours: it was from 06:00 until 22:00 UTC'],
    ],
    [
      'networks',
      withMethod('Light', { networks: ['10.0.0.0/8'] }),
      ['- lamp/Light now limits the networks: 10.0.0.0/8'],
      ['+ lamp/Light no longer limits the networks: it was 10.0.0.0/8'],
    ],
    [
      'a rate',
      withMethod('Light', { rateLimit: { calls: 3, seconds: 10 } }),
      ['- lamp/Light now limits the rate: 3 calls in 10 s, for each user of each caller'],
      ['+ lamp/Light no longer limits the rate: it was 3 calls in 10 s, for each user of each caller'],
    ],
    [
      'a limit of users',
      withMethod('Light', { distinctUsers: { users: 2, seconds: 60 } }),
      ['- lamp/Light now limits the users: 2 users in 60 s, for each caller'],
      ['+ lamp/Light no longer limits the users: it was 2 users in 60 s, for each caller'],
    ],
    [
      'a reason that is only watched',
      withMethod('Light', { observe: ['scope_missing'] }),
      ['+ lamp/Light now only records scope_missing, and does not refuse for it'],
      ['- lamp/Light now refuses for scope_missing, which it only recorded'],
    ],
    [
      'a record',
      withMethod('Light', { record: 'synced' }),
      ['- a decision about lamp/Light is now on disk before the method runs'],
      ['+ a decision about lamp/Light is no longer on disk before the method runs'],
    ],
    [
      'an amount',
      { ...smallGraph(), amountLimits: [{ methods: ['lamp.Light'], minorUnits: 200, role: 'electrician' }] },
      [
        '~ lamp/Light limits the amount in another way: from 2.00 on for the role electrician only; it was from 1.00 on for the role electrician only',
      ],
      [
        '~ lamp/Light limits the amount in another way: from 1.00 on for the role electrician only; it was from 2.00 on for the role electrician only',
      ],
    ],
    [
      'a grant and an API key',
      withLamp(() => ({ tables: { lamps: ['select', 'delete'] }, apiKeysOf: ['postman'] })),
      ['+ lamp may now delete in its table lamps', '+ lamp now has an API key of postman'],
      ['- lamp may no longer delete in its table lamps', '- lamp no longer has an API key of postman'],
    ],
    [
      'a workload, a third party and a DNS name',
      {
        ...smallGraph(),
        otherWorkloads: { cellar: { dnsNames: ['down'] }, attic: {} },
        thirdParties: ['postman', 'baker'],
      },
      [
        '+ attic is a workload now, with an identity of its own',
        '+ baker is a third party now',
        '+ cellar now has the DNS name down',
      ],
      [
        '- attic is no workload any more',
        '- baker is no third party any more',
        '- cellar no longer has the DNS name down',
      ],
    ],
    [
      'a trust domain and an API',
      { ...withLamp(() => ({ api: 'lamp.v2.LampService' })), trustDomain: 'other.example' },
      [
        '~ the trust domain is other.example now, and was test.example',
        ...['Light', 'Dim', 'Deliver', 'Blink'].map(
          (name) => `~ lamp/${name} is /lamp.v2.LampService/${name} now, and was /lamp.v1.LampService/${name}`,
        ),
      ],
      [
        '~ the trust domain is test.example now, and was other.example',
        ...['Light', 'Dim', 'Deliver', 'Blink'].map(
          (name) => `~ lamp/${name} is /lamp.v1.LampService/${name} now, and was /lamp.v2.LampService/${name}`,
        ),
      ],
    ],
  ];

describe.each(changes)('%s more', (_what, other, forwards, backwards) => {
  it('is said', () => expect(diff(smallGraph(), other)).toEqual(forwards));
  it('is said when it is gone again', () => expect(diff(other, smallGraph())).toEqual(backwards));
});

it('tells calls in a workload’s own name from those for users', () => {
  const before = withMethod('Flash', {});
  const after = withMethod('Flash', { for: 'user or workload' });
  expect(diff(before, after)).toEqual([
    '+ door may now call lamp/Flash in its own name',
    '+ a token from door to lamp in its own name may now carry lamps:light',
  ]);
  expect(diff(after, before)).toEqual([
    '- door may no longer call lamp/Flash in its own name',
    '- a token from door to lamp in its own name may no longer carry lamps:light',
  ]);
});

it('says that a service has a database, and what it may do there', () => {
  const source = smallGraph();
  const { lamp, ...services } = source.services;
  const { tables, ...bare } = lamp ?? { about: 'Is there.', api: 'lamp', methods: {} };
  expect(tables).toEqual({ lamps: ['select'] });
  const before = { ...source, services: { ...services, lamp: bare } };
  const words = ['a database, and a login at Vault', 'select in its table lamps'];
  expect(diff(before, source)).toEqual([`+ lamp now has ${words[0]}`, `+ lamp may now ${words[1]}`]);
  expect(diff(source, before)).toEqual([`- lamp no longer has ${words[0]}`, `- lamp may no longer ${words[1]}`]);
});

it('says once that another workload may call now, and not from which of its methods besides', () => {
  const pass: MethodSource = { callers: ['door.Open'], for: 'user', scopes: ['halls:pass'], record: 'written' };
  const withHall = (callers: readonly string[]): GraphSource => {
    const source = withMethod('Blink', { callers });
    return {
      ...source,
      services: { ...source.services, hall: { about: 'Is there.', api: 'hall', methods: { Pass: pass } } },
    };
  };
  expect(diff(withHall(['door.Open']), withHall(['door.Open', 'hall.Pass']))).toEqual([
    '+ hall may now call lamp/Blink without a token',
  ]);
});

it('says that an edge is gone, and what it would have carried', () => {
  const source = smallGraph();
  const { Light, ...methods } = source.services.lamp?.methods ?? {};
  const after = withLamp(() => ({ methods }));
  expect(Light).toBeDefined();
  expect(diff(source, { ...after, amountLimits: [] })).toEqual([
    '- door may no longer call lamp/Light for a user',
    '- a token from door to lamp for users may no longer carry lamps:light',
  ]);
});

it('tells roles that are enough from roles that no longer are', () => {
  const before = withMethod('Light', { roles: ['owner', 'guest'] });
  const after = withMethod('Light', { roles: ['owner', 'butler'] });
  expect(diff(before, after)).toEqual([
    '+ the role butler is now enough for lamp/Light',
    '- the role guest is no longer enough for lamp/Light',
  ]);
});

it('says from which method a call comes now, where its workload might call all along', () => {
  const open: MethodSource = { callers: 'users', for: 'user', scopes: ['doors:open'], record: 'synced' };
  const withKnock = (light: Partial<MethodSource>): GraphSource => {
    const source = withMethod('Light', light);
    return {
      ...source,
      services: { ...source.services, door: { about: 'Is there.', api: 'door', methods: { Open: open, Knock: open } } },
    };
  };
  const [before, after] = [withKnock({}), withKnock({ callers: ['door.Open', 'door.Knock'] })];
  expect(diff(before, after)).toEqual(['+ door/Knock now calls lamp/Light too']);
  expect(diff(after, before)).toEqual(['- door/Knock no longer calls lamp/Light']);
});
