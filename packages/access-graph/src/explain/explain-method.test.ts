import type { PolicyMethod } from '@zt/kit/authz';
import { describe, expect, it } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { defineGraph } from '../define-graph.ts';
import type { GraphSource, MethodSource } from '../graph-source.ts';
import { policyData } from '../policy-data.ts';
import { smallGraph } from '../testing/small-graph.ts';
import { explainMethod } from './explain-method.ts';

const small = () => defineGraph(smallGraph());

function partOf(graph: Parameters<typeof explainMethod>[0], method: string, about: string) {
  const part = explainMethod(graph, method).parts.find((each) => each.about === about);
  const enforced = part?.enforced.map(({ where, how }) => `${where}: ${how}`) ?? [];
  return { says: part?.says, enforced: enforced.join('\n') };
}

function withLight(light: Partial<MethodSource>): GraphSource {
  const source = smallGraph();
  const lamp = source.services.lamp;
  if (lamp?.methods.Light === undefined) throw new TypeError('the small graph has lost its light');
  const methods = { ...lamp.methods, Light: { ...lamp.methods.Light, ...light } };
  return { ...source, services: { ...source.services, lamp: { ...lamp, methods } } };
}

it('says who may call, and what keeps the others away, from the network to the rule', () => {
  const { says, enforced } = partOf(small(), 'lamp.Light', 'who may call');
  expect(says).toEqual(['door']);
  expect(enforced).toMatch(/network door: .*opens to cellar, door and postman only/);
  expect(enforced).toContain('handshake: mutual TLS 1.3, with an SVID of test.example');
  expect(enforced).toContain('policy rule: every other workload is refused: caller_not_allowed');
});

it.each([
  ['door.Open', ['people, who come in here'], ['a user']],
  ['lamp.Light', ['door'], ['a user']],
  ['lamp.Dim', ['cellar'], ['the calling workload itself']],
  ['lamp.Deliver', ['postman, a third party'], ['the third party itself']],
  ['lamp.Blink', ['door'], ['nobody: no token is read, and who calls is all that counts']],
])('says for %s who calls and for whom', (method, callers, behalf) => {
  expect(partOf(small(), method, 'who may call').says).toEqual(callers);
  expect(partOf(small(), method, 'on whose behalf').says).toEqual(behalf);
});

it('tells the way of a call from the user on, and who holds callers to it', () => {
  const { says, enforced } = partOf(small(), 'lamp.Light', 'by which way');
  expect(says).toEqual(['a user → door/Open → lamp/Light']);
  expect(enforced).toContain('a chain that does not lead from door to whoever calls is refused: chain_not_allowed');
});

it('says what a token has to carry for what is called in turn', () => {
  expect(partOf(small(), 'door.Open', 'scopes').says).toEqual([
    'doors:open',
    "and, for what it calls in turn, a user's token has lamps:light",
  ]);
});

describe('a method with every restriction', () => {
  const graph = defineGraph(
    withLight({
      roles: ['electrician', 'owner'],
      purpose: true,
      hours: { from: '06:00', until: '22:00' },
      networks: ['10.0.0.0/8'],
      rateLimit: { calls: 3, seconds: 10 },
      distinctUsers: { users: 2, seconds: 60 },
      observe: ['outside_hours'],
    }),
  );

  it.each([
    ['roles', 'any of: electrician, owner', 'role_missing'],
    ['amount', 'from 1.00 on for the role electrician only', 'amount_over_limit'],
    ['purpose', 'the request says what for', 'purpose_missing'],
    ['networks', '10.0.0.0/8', 'network_not_allowed'],
    ['rate', '3 calls in 10 s, for each user of each caller', 'rate_exceeded'],
    ['users', '2 users in 60 s, for each caller', 'too_many_users'],
  ])('says its %s, and refuses whatever is not so', (about, says, reason) => {
    const part = partOf(graph, 'lamp.Light', about);
    expect(part.says).toEqual([says]);
    expect(part.enforced).toMatch(new RegExp(`^policy rule: .* is refused: ${reason}$`));
  });

  it('says where a restriction is only watched', () => {
    const { says, enforced } = partOf(graph, 'lamp.Light', 'hours');
    expect(says).toEqual(['from 06:00 until 22:00 UTC']);
    expect(enforced).toBe('policy rule: a call at another time is recorded, and not refused: outside_hours');
  });
});

it('says nothing of restrictions that a method does not have', () => {
  expect(explainMethod(small(), 'lamp.Blink').parts.map(({ about }) => about)).toEqual([
    'who may call',
    'on whose behalf',
    'by which way',
    'recorded',
    'data',
  ]);
});

it('says what happens to a call whose record cannot be kept', () => {
  expect(partOf(small(), 'door.Open', 'recorded').enforced).toContain('is refused: record_not_kept');
  expect(partOf(small(), 'lamp.Light', 'recorded').enforced).toContain('a call goes on');
});

it('says which data and which API keys are behind a method, and who guards them', () => {
  expect(partOf(small(), 'lamp.Light', 'data').says).toEqual(['lamps: select']);
  expect(partOf(accessGraph, 'payment.AuthorizePayment', 'third parties')).toEqual({
    says: ['payment has an API key of card-network'],
    enforced: 'Vault: kv/payment/card-network can be read by payment, and by nobody else',
  });
});

/** Read off what policy goes by, and by no other way than a reader's. */
const rules = Object.entries(policyData(accessGraph).graph.methods).filter(([, rule]) => 'service' in rule);

function callersIn({ callers }: PolicyMethod): string[] {
  if (callers === 'users') return ['people, who come in here'];
  if (callers === 'itself') return [];
  if ('third_party' in callers) return [`${callers.third_party}, a third party`];
  return callers.map((spiffeId) => spiffeId.slice(spiffeId.lastIndexOf('/') + 1));
}

describe('what policy goes by and what is told are the same', () => {
  it.each(rules)('for %s', (method, rule) => {
    const told = partOf(accessGraph, method, 'who may call').says;
    expect(told).toEqual(callersIn(rule));
    const words = JSON.stringify(explainMethod(accessGraph, method));
    const asked = [...rule.scopes, ...rule.token_scopes, ...(rule.roles ?? []), rule.amount_limit?.role ?? ''];
    for (const word of asked) expect(words).toContain(word);
    const behalf = partOf(accessGraph, method, 'on whose behalf').says?.join() ?? '';
    for (const who of rule.on_behalf_of.split(' or ')) expect(behalf).toContain(who);
  });
});
