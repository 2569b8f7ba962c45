import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ZeroTrustError } from '../errors.ts';
import { createSecurityEventMessages, type SecurityEventMessages } from '../testing/security-event-messages.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { claimsOfEvent, claimsOfPosition, type SecurityEvent } from './security-event.ts';
import { createSecurityEventReceiver, digestOfEvents, type SecurityEventReceiver } from './security-event-receiver.ts';
import { newsOfEvents } from './session-news.ts';
import { createSigningKeySource } from './signing-keys.ts';

const idOf = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const everybody = 'spiffe://zt.example';
const audience = idOf('order');
const state = 'made-up-for-this-stream';
const issuer = createTestTokenIssuer(idOf('identity'), 'secevent+jwt');
const stream = { audience, everybody, state };
const now = () => new Date();
const seconds = () => Math.floor(Date.now() / 1000);

const quarantine: SecurityEvent = { kind: 'workload disabled', spiffeId: idOf('payment') };
const events: readonly SecurityEvent[] = [
  { kind: 'session revoked', sessionId: 's-1' },
  { kind: 'user disabled', userId: 'mallory' },
  { kind: 'user enabled', userId: 'https://issuer.example#bob' },
  quarantine,
  { kind: 'workload enabled', spiffeId: idOf('inventory') },
];

let receiver: SecurityEventReceiver;
let messages: SecurityEventMessages;
const create = (from = issuer) =>
  createSecurityEventReceiver({
    issuer: issuer.issuer,
    ...stream,
    keys: createSigningKeySource({ fetchKeys: async () => from.jwks }),
  });

beforeEach(() => {
  receiver = create();
  messages = createSecurityEventMessages(issuer, stream);
});

const hear = (tokens: readonly string[], at = now()) => receiver.receive(tokens, at);
const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof ZeroTrustError ? error.reason : String(error)),
  );

describe('a stream of signed events', () => {
  test('says all that counts, then what is new, and that nothing is', async () => {
    expect(await hear(messages.next(events, { complete: true }).securityEvents)).toEqual({ events, complete: true });
    expect(await hear(messages.next([quarantine]).securityEvents)).toEqual({ events: [quarantine], complete: false });
    expect(await hear(messages.next([]).securityEvents)).toEqual({ events: [], complete: false });
  });

  test('may take several messages to say all that counts, and nothing is known before the last of them', async () => {
    expect(await hear(messages.next(events.slice(0, 2)).securityEvents)).toBeNull();
    expect(await hear(messages.next(events.slice(2), { complete: true }).securityEvents)).toEqual({
      events,
      complete: true,
    });
  });

  test('says of each subject what it said last', async () => {
    const released: SecurityEvent = { kind: 'workload enabled', spiffeId: idOf('payment') };
    expect(newsOfEvents({ events: [...events, released], complete: true })).toEqual({
      endedSessionIds: ['s-1'],
      blockedUserIds: ['mallory'],
      unblockedUserIds: ['https://issuer.example#bob'],
      quarantinedWorkloads: [],
      releasedWorkloads: [idOf('payment'), idOf('inventory')],
      complete: true,
    });
  });
});

describe('a message is refused', () => {
  const first = () => messages.next(events, { complete: true }).securityEvents;
  const take = async () => void (await hear(first()));

  test('that came before, or in the place of another', async () => {
    const [one, two, three] = [first(), messages.next([]).securityEvents, messages.next([]).securityEvents];
    await hear(one);
    expect(await reasonOf(hear(three))).toBe('token_malformed');
    expect(await reasonOf(hear(one))).toBe('token_malformed');
    expect(await reasonOf(hear(two))).toBe('taken');
    expect(await reasonOf(hear(two))).toBe('token_malformed');
  });

  test('that was signed for another stream, or begins it a second time', async () => {
    const other = createSecurityEventMessages(issuer, { ...stream, state: 'of-the-stream-before-this-one' });
    expect(await reasonOf(hear(other.next(events, { complete: true }).securityEvents))).toBe('token_malformed');
    await take();
    expect(await reasonOf(hear(first()))).toBe('token_malformed');
  });

  test('that lacks one of its events, has one more, or has them in another order', async () => {
    const tokens = first();
    expect(await reasonOf(hear(tokens.slice(1)))).toBe('token_malformed');
    expect(await reasonOf(hear([tokens[0] ?? '', ...tokens]))).toBe('token_malformed');
    expect(await reasonOf(hear([tokens[1] ?? '', tokens[0] ?? '', ...tokens.slice(2)]))).toBe('token_malformed');
    expect(await reasonOf(hear(tokens.slice(0, -1)))).toBe('token_audience_wrong');
    expect(await reasonOf(hear([]))).toBe('token_missing');
    expect(await reasonOf(hear(tokens))).toBe('taken');
  });

  test('that was under way for longer than silence may last, or is of the future', async () => {
    const later = (ms: number) => new Date(Date.now() + ms);
    expect(await reasonOf(hear(first(), later(22_000)))).toBe('token_expired');
    receiver = create();
    messages = createSecurityEventMessages(issuer, stream);
    expect(await reasonOf(hear(first(), later(-7_000)))).toBe('token_not_yet_valid');
    expect(await reasonOf(hear(first(), new Date(Number.NaN)))).not.toBe('taken');
  });

  test('whose end is for another workload, or whose events are for one alone', async () => {
    const theirs = createSecurityEventMessages(issuer, { ...stream, audience: idOf('gateway') });
    expect(await reasonOf(hear(theirs.next([], { complete: true }).securityEvents))).toBe('token_audience_wrong');
    const single = createSecurityEventMessages(issuer, { ...stream, everybody: idOf('gateway') });
    expect(await reasonOf(hear(single.next(events, { complete: true }).securityEvents))).toBe('token_audience_wrong');
  });

  test('that a key signed which identity has retired', async () => {
    receiver = create(createTestTokenIssuer(issuer.issuer, 'secevent+jwt'));
    expect(await reasonOf(hear(first()))).toBe('token_signature_invalid');
  });

  test('that another workload signed, with the id of a key of identity’s', async () => {
    const kid = issuer.jwks.keys[0]?.kid;
    const forger = createTestTokenIssuer(issuer.issuer, 'secevent+jwt');
    const forged = { ...forger, issue: (claims: object) => forger.issue({ ...claims }, { kid }) };
    const tokens = createSecurityEventMessages(forged, stream).next(events, { complete: true }).securityEvents;
    expect(await reasonOf(hear(tokens))).toBe('token_signature_invalid');
  });
});

describe('an event is refused', () => {
  const iat = seconds();
  const wrong: readonly (readonly [string, string, string])[] = [
    ['of another type of token', 'token_type_wrong', issuer.issue(eventClaims(quarantine), { typ: 'obo+jwt' })],
    ['without a type', 'token_type_wrong', issuer.issue(eventClaims(quarantine), { typ: undefined })],
    ['that is not signed', 'token_algorithm_not_allowed', issuer.issue(eventClaims(quarantine), { alg: 'none' })],
    ['of another issuer', 'token_issuer_wrong', issuer.issue({ ...eventClaims(quarantine), iss: idOf('order') })],
    ['without an age', 'token_malformed', issuer.issue({ ...eventClaims(quarantine), iat: undefined })],
    ['without an id', 'token_malformed', issuer.issue({ ...eventClaims(quarantine), jti: undefined })],
    ['that is hours old', 'token_expired', issuer.issue({ ...eventClaims(quarantine), iat: iat - 7_200 })],
    ['without a subject', 'token_malformed', issuer.issue({ ...eventClaims(quarantine), sub_id: undefined })],
    [
      'of a workload that is none',
      'token_malformed',
      issuer.issue({ ...eventClaims(quarantine), sub_id: { format: 'uri', uri: 'https://zt.example/order' } }),
    ],
    ['without an event', 'token_malformed', issuer.issue({ ...eventClaims(quarantine), events: {} })],
    [
      'with two events',
      'token_malformed',
      issuer.issue({
        ...eventClaims(quarantine),
        events: { ...eventsOf(quarantine), ...eventsOf({ kind: 'session revoked', sessionId: 's-1' }) },
      }),
    ],
    [
      'that nobody here knows',
      'token_malformed',
      issuer.issue({ ...eventClaims(quarantine), events: { 'https://schemas.example/of-another-kind': {} } }),
    ],
  ];
  test.each(wrong)('%s (%s)', async (_title, reason, token) => {
    const place = { state, sequence: 0, digest: digestOfEvents([token]), complete: true };
    const last = issuer.issue({ aud: audience, iat: seconds(), ...claimsOfPosition(place) });
    expect(await reasonOf(hear([token, last]))).toBe(reason);
  });
});

test('whatever comes in, nothing but a ZeroTrustError comes out', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(issuer.issue({ aud: audience, iat: seconds() })));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (tokens) => {
      expect(await reasonOf(hear(tokens))).toMatch(/^token_/);
    }),
  );
});

function eventClaims(event: SecurityEvent) {
  return { aud: everybody, iat: seconds(), ...claimsOfEvent(event) };
}

function eventsOf(event: SecurityEvent): object {
  return claimsOfEvent(event).events as object;
}
