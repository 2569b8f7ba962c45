import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecisionRecord } from '../audit/decision-record.ts';
import type { PeerStanding } from '../delegation/peer-watch.ts';
import type { SessionStanding } from '../delegation/session-watch.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createTokenVerifier } from '../delegation/verify-token.ts';
import { ZeroTrustError } from '../errors.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { EchoService, echoPolicy } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { expectToHold } from '../testing/properties/index.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import type { PolicyInput } from './authorizer.ts';
import type { CallFacts } from './call-facts.ts';
import { createDecisions, RefusedCall } from './decisions.ts';
import { createOpaAuthorizer } from './opa-authorizer.ts';
import type { PolicyData } from './policy-data.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));
const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const inventory = 'spiffe://zt.example/ns/shop/sa/inventory';
const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const method = EchoService.unary.path;

/** A method that asks for everything that a rule can ask for. */
const strict: PolicyData = echoPolicy(order, gateway, {
  roles: ['finance', 'support'],
  purpose: true,
  hours: { from: '06:00', until: '18:00' },
  networks: ['10.0.0.0/8', 'fd00::/8'],
  rate_limit: { calls: 2, seconds: 60 },
});
const authorizer = await createOpaAuthorizer({ wasm, data: strict });

const authority = await createTestCertificateAuthority('zt.example');
const source = createFixedX509Source(
  createIdentitySnapshot(await authority.issueSvid({ spiffeId: order }), [authority.bundle]),
);
const issuer = createTestTokenIssuer(identity, 'obo+jwt');
const keys = createSigningKeySource({ fetchKeys: async () => issuer.jwks });

const mostly = <Value>(good: Value, ...others: readonly Value[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...others) });

/** All that decides about one call, each in the way that is right and in others. */
const situation = fc.record({
  peer: mostly(gateway, inventory, order),
  peerHasEnded: mostly(false, true),
  token: mostly('good', 'missing', 'broken', 'ended', 'for another', 'of another'),
  scope: mostly('echo:write', '', 'echo:read', 'echo:read echo:write'),
  chainBehind: mostly<readonly string[]>([], [gateway], [inventory, gateway]),
  roles: mostly<readonly string[]>(['finance'], ['support'], [], ['customer']),
  session: mostly<SessionStanding>('active', 'ended', 'blocked', 'unknown'),
  standing: mostly<PeerStanding>('trusted', 'quarantined', 'unknown'),
  purpose: mostly<string | undefined>('a refund', undefined, 'abc', '    '),
  amount: mostly(1, 0, 999_999, 1_000_000, -1, Number.NaN),
  hour: mostly('12:00', '05:59', '06:00', '17:59', '18:00', '00:00'),
  address: mostly('10.1.2.3:4000', '[fd00::1]:4000', '11.0.0.1:4000', '', '10.1.2.3', '::ffff:10.0.0.9:1'),
  callsBefore: mostly(0, 1, 2),
  isDiskFull: mostly(false, true),
});
type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;

const goodSituation: Situation = {
  peer: gateway,
  peerHasEnded: false,
  token: 'good',
  scope: 'echo:write',
  chainBehind: [],
  roles: ['finance'],
  session: 'active',
  standing: 'trusted',
  purpose: 'a refund',
  amount: 1,
  hour: '12:00',
  address: '10.1.2.3:4000',
  callsBefore: 0,
  isDiskFull: false,
};

const timeOf = ({ hour }: Situation) => new Date(`2030-01-01T${hour}:00Z`);

function tokenOf(given: Situation): string | null {
  const seconds = timeOf(given).getTime() / 1000;
  const chain = [given.token === 'of another' ? identity : given.peer, ...given.chainBehind];
  const act = chain.reduceRight<object | undefined>((inner, sub) => (inner ? { sub, act: inner } : { sub }), undefined);
  const isEnded = given.token === 'ended';
  const token = issuer.issue({
    aud: given.token === 'for another' ? gateway : order,
    sub: randomUUID(),
    sid: 'session',
    roles: given.roles,
    scope: given.scope,
    iat: isEnded ? seconds - 30 : seconds,
    exp: isEnded ? seconds : seconds + 30,
    act,
  });
  switch (given.token) {
    case 'missing':
      return null;
    case 'broken':
      return `${token.slice(0, -4)}AAAA`;
    default:
      return token;
  }
}

const tokenReasons: Readonly<Record<string, string>> = {
  missing: 'token_missing',
  broken: 'token_signature_invalid',
  ended: 'token_expired',
  'for another': 'token_audience_wrong',
  'of another': 'token_actor_mismatch',
};

/** From the entry point along the edges of the graph, of which there is one; the last of them is no caller all the same. */
const ways = [gateway, `${order} ${gateway}`];

/** What has to be said, from the words of the rule alone: this is the policy once more, written by somebody else. */
function expectedReasons(given: Situation): readonly string[] {
  const tokenReason = tokenReasons[given.token];
  const hasToken = tokenReason === undefined;
  const roles = hasToken ? given.roles : [];
  const isAmount = given.amount >= 0;
  const isVerified = hasToken && given.session !== 'ended' && given.session !== 'unknown';
  const others = [given.peer, ...(hasToken ? given.chainBehind : [])].filter((each) => each !== order);
  const reasons: readonly (string | false | undefined)[] = [
    given.peerHasEnded && 'peer_certificate_expired',
    given.peer !== gateway && 'caller_not_allowed',
    tokenReason,
    hasToken && given.session === 'ended' && 'session_ended',
    hasToken && given.session === 'unknown' && 'session_state_unknown',
    hasToken && given.session === 'blocked' && 'user_blocked',
    others.length > 0 && given.standing === 'quarantined' && 'peer_quarantined',
    others.length > 0 &&
      given.standing === 'unknown' &&
      !(hasToken && given.session === 'unknown') &&
      'peer_state_unknown',
    hasToken && !given.scope.split(' ').includes('echo:write') && 'scope_missing',
    hasToken && !ways.includes([given.peer, ...given.chainBehind].join(' ')) && 'chain_not_allowed',
    !roles.some((role) => role === 'finance' || role === 'support') && 'role_missing',
    (given.purpose ?? '').trim().length < 4 && 'purpose_missing',
    !isAmount && 'policy_failed',
    !(isAmount && given.amount < 1_000_000) && !roles.includes('finance') && 'amount_over_limit',
    !(given.hour >= '06:00' && given.hour < '18:00') && 'outside_hours',
    !['10.1.2.3:4000', '[fd00::1]:4000', '::ffff:10.0.0.9:1'].includes(given.address) && 'network_not_allowed',
    isVerified && given.callsBefore >= 2 && 'rate_exceeded',
  ];
  return reasons.filter((reason) => typeof reason === 'string').toSorted();
}

function factsOf(given: Situation): CallFacts {
  const { peer, amount, purpose, address } = given;
  return {
    method,
    bearerToken: tokenOf(given),
    peer: {
      spiffeId: parseSpiffeId(peer),
      serialNumber: '01',
      notAfter: new Date(timeOf(given).getTime() + (given.peerHasEnded ? 0 : 1)),
      authority: '',
    },
    address,
    userAgent: '',
    traceparent: null,
    resource: { amount_minor_units: amount, ...(purpose === undefined ? {} : { purpose }) },
    deadline: new Date(),
    signal: new AbortController().signal,
  };
}

/** What the decisions below find around them; each of them is on behalf of a user of its own, so that none counts for another. */
let current = goodSituation;
let records: DecisionRecord[] = [];

const decisions = createDecisions({
  source,
  service: order,
  authorizer,
  tokens: createTokenVerifier({ type: 'obo+jwt', issuer: identity, audience: order, keys }),
  sessions: { stateOf: () => current.session },
  peers: { standingOf: () => current.standing },
  spool: {
    async append(record, durability) {
      if (current.isDiskFull && durability === 'synced')
        throw new ZeroTrustError('record_not_kept', 'the disk is full');
      records.push(record);
    },
    close: async () => {},
  },
  database: () => null,
  now: () => timeOf(current),
});

function factsIn(given: Situation): CallFacts {
  current = given;
  records = [];
  return factsOf(given);
}

test('a call is let in where every condition is met, and refused with a reason for each that is not, both on record', async () => {
  await expectToHold(
    fc.asyncProperty(situation, async (given) => {
      const facts = factsIn(given);
      for (let call = 0; call < given.callsBefore; call += 1) await decisions.decide(facts).catch(() => undefined);
      const expected = expectedReasons(given);
      const wanted = expected.length === 0 && given.isDiskFull ? ['record_not_kept'] : expected;
      const outcome = await decisions.decide(facts).catch((error: unknown) => error);
      if (wanted.length === 0) {
        expect(outcome).toMatchObject({ peer: gateway, user: { id: expect.any(String) }, chain: [gateway] });
        expect(records.at(-1)).toMatchObject({ allowed: true, reasons: [] });
      } else {
        expect(outcome).toBeInstanceOf(RefusedCall);
        expect((outcome as RefusedCall).reasons.toSorted()).toEqual(wanted);
        if (!given.isDiskFull) expect(records.at(-1)?.reasons.toSorted()).toEqual(wanted);
      }
    }),
    300,
  );
});

test('whatever is known of a call, it is refused as a call is, and nothing else comes out', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(method, gateway, order, '__proto__', ''));
  const anything = fc.record(
    {
      method: text,
      bearerToken: fc.oneof(text, fc.constant(null)),
      peer: fc.constant(null),
      address: text,
      userAgent: text,
      traceparent: fc.oneof(text, fc.constant(null)),
      resource: fc.dictionary(text, fc.oneof(text, fc.double())),
    },
    { requiredKeys: [] },
  );
  await expectToHold(
    fc.asyncProperty(anything, async (odd) => {
      fc.pre(Object.keys(odd).some((key) => key !== 'userAgent' && key !== 'traceparent'));
      const facts: CallFacts = { ...factsIn(goodSituation), ...odd };
      await expect(decisions.decide(facts)).rejects.toBeInstanceOf(RefusedCall);
    }),
  );
});

const goodInput: PolicyInput = {
  version: 1,
  method,
  service: order,
  peer: gateway,
  token: {
    subject: 'alice',
    roles: ['support'],
    audience: order,
    scopes: ['echo:write'],
    chain: [gateway],
    blocked: false,
  },
  resource: { amount_minor_units: 1, purpose: 'a refund' },
  time: '2030-01-01T12:00:00.000Z',
  source_address: '10.1.2.3:4000',
  calls_in_window: 1,
  users_in_window: null,
};
const goodToken = goodInput.token ?? expect.fail();

/** An input that is wrong in one thing, and which fields of the rule ask for that thing. */
const wrongs: readonly (readonly [PolicyInput, readonly string[]])[] = [
  [{ ...goodInput, peer: inventory }, ['callers']],
  [{ ...goodInput, token: { ...goodToken, audience: gateway } }, []],
  [{ ...goodInput, token: { ...goodToken, scopes: ['echo:read'] } }, ['scopes']],
  [{ ...goodInput, token: { ...goodToken, chain: [inventory, gateway] } }, []],
  [{ ...goodInput, token: { ...goodToken, blocked: true } }, []],
  [{ ...goodInput, token: { ...goodToken, roles: ['customer'] } }, ['roles']],
  [{ ...goodInput, resource: { amount_minor_units: 1 } }, ['purpose']],
  [{ ...goodInput, resource: { amount_minor_units: 1_000_000, purpose: 'a refund' } }, ['amount_limit']],
  [{ ...goodInput, time: '2030-01-01T19:00:00.000Z' }, ['hours']],
  [{ ...goodInput, source_address: '11.0.0.1:4000' }, ['networks']],
  [{ ...goodInput, calls_in_window: 3 }, ['rate_limit']],
];

test('whatever a rule holds in one place, it opens nothing that another place keeps shut', async () => {
  expect(authorizer.decide(goodInput)).toMatchObject({ allow: true });
  const rule = strict.graph.methods[method] ?? expect.fail();
  const fields = [...Object.keys(rule), 'distinct_users', 'observe', 'services'];
  await expectToHold(
    fc.asyncProperty(
      fc.constantFrom(...wrongs),
      fc.constantFrom(...fields),
      fc.jsonValue(),
      async (wrong, field, value) => {
        const [input, askedBy] = wrong;
        fc.pre(!askedBy.includes(field));
        const methods = { ...strict.graph.methods, [method]: { ...rule, [field]: value } };
        const odd = await createOpaAuthorizer({ wasm, data: { graph: { ...strict.graph, methods } } as PolicyData });
        expect(odd.ruleFor(method)).toBeDefined();
        expect(odd.decide(input)).toMatchObject({ allow: false });
      },
    ),
    50,
  );
});

test('whatever policy is asked in one place, it says yes only where that place is read and right', async () => {
  const names = fc.constantFrom(...Object.keys(goodInput), ...Object.keys(goodToken).map((name) => `token.${name}`));
  const harmless = ['users_in_window', 'calls_in_window', 'token.roles', 'token.scopes', 'token.subject', 'time'];
  await expectToHold(
    fc.property(names, fc.jsonValue(), (name, value) => {
      const [top = '', inner] = name.split('.');
      const odd =
        inner === undefined
          ? { ...goodInput, [top]: value }
          : { ...goodInput, token: { ...goodToken, [inner]: value } };
      const decision = authorizer.decide(odd as PolicyInput);
      const isRead = harmless.includes(name) || value === (inner === undefined ? goodInput[top as 'version'] : false);
      if (!isRead) expect(decision).toMatchObject({ allow: false });
    }),
    500,
  );
});
