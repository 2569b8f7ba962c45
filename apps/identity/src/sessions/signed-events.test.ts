import {
  createSecurityEventReceiver,
  createSigningKeySource,
  type SessionNews,
  securityEventType,
} from '@zt/kit/delegation';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { createSigningKeys } from '../exchange/signing-key.ts';
import { createSignedEvents, plainMessagesOf } from './signed-events.ts';

const idOf = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const everybody = 'spiffe://zt.example';
const issuer = idOf('identity');
const listener = { audience: idOf('order'), state: 'made-up-by-the-listener' };
const nothing: SessionNews = {
  endedSessionIds: [],
  blockedUserIds: [],
  unblockedUserIds: [],
  quarantinedWorkloads: [],
  releasedWorkloads: [],
  complete: false,
};

function start() {
  let now = new Date('2030-01-01T00:00:00Z');
  const signingKeys = createSigningKeys(now);
  const events = createSignedEvents({
    issuer,
    everybody,
    sign: (claims) => signingKeys.sign(securityEventType, claims, now),
    now: () => now,
  });
  const keys = createSigningKeySource({ fetchKeys: async () => signingKeys.publicKeys(now), fetchIntervalMs: 0 });
  return {
    async say(...changes: readonly SessionNews[]): Promise<string[][]> {
      const said: string[][] = [];
      for await (const { securityEvents } of events.messagesOf(oneByOne(changes), listener)) said.push(securityEvents);
      return said;
    },
    receiver: () => createSecurityEventReceiver({ issuer, everybody, ...listener, keys }),
    now: () => now,
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
  };
}

async function* oneByOne(changes: readonly SessionNews[]): AsyncIterable<SessionNews> {
  yield* changes;
}

test('what is said can be verified, and says the same: quarantine first, and that nothing is new', async () => {
  const { say, receiver, now } = start();
  const said = await say(
    { ...nothing, complete: true, endedSessionIds: ['s-1'], blockedUserIds: ['mallory'] },
    { ...nothing, endedSessionIds: ['s-2'], quarantinedWorkloads: [idOf('payment')], releasedWorkloads: [idOf('x')] },
    { ...nothing, unblockedUserIds: ['mallory'] },
    nothing,
  );
  const heard = receiver();
  const events = [];
  for (const tokens of said) events.push(await heard.receive(tokens, now()));
  expect(events).toEqual([
    {
      complete: true,
      events: [
        { kind: 'user disabled', userId: 'mallory' },
        { kind: 'session revoked', sessionId: 's-1' },
      ],
    },
    {
      complete: false,
      events: [
        { kind: 'workload disabled', spiffeId: idOf('payment') },
        { kind: 'workload enabled', spiffeId: idOf('x') },
        { kind: 'session revoked', sessionId: 's-2' },
      ],
    },
    { complete: false, events: [{ kind: 'user enabled', userId: 'mallory' }] },
    { complete: false, events: [] },
  ]);
});

test('an event looks as OpenID Shared Signals has it', async () => {
  const [[event = '', last = ''] = []] = await start().say({
    ...nothing,
    complete: true,
    quarantinedWorkloads: [idOf('payment')],
  });
  expect(decodeJwt(event)).toEqual({
    iss: issuer,
    aud: everybody,
    jti: expect.any(String),
    iat: 1_893_456_000,
    sub_id: { format: 'uri', uri: idOf('payment') },
    events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} },
  });
  expect(decodeJwt(last)).toMatchObject({ aud: listener.audience, sub_id: { id: listener.state } });
});

test('what takes more than one message is complete with the last of them', async () => {
  const { say, receiver, now } = start();
  const endedSessionIds = Array.from({ length: 2_001 }, (_, index) => `s-${index}`);
  const said = await say({ ...nothing, complete: true, endedSessionIds });
  expect(said.map((tokens) => tokens.length)).toEqual([1_001, 1_001, 2]);
  const heard = receiver();
  const answers = [];
  for (const tokens of said) answers.push(await heard.receive(tokens, now()));
  expect(answers.slice(0, 2)).toEqual([null, null]);
  expect(answers[2]).toMatchObject({ complete: true, events: { length: 2_001 } });
});

test('that a session has ended is signed once for all, and anew before it is too old to be believed', async () => {
  const { say, receiver, now, pass } = start();
  const change = { ...nothing, complete: true, endedSessionIds: ['s-1'] };
  const [[first = ''] = []] = await say(change);
  const [[second = ''] = []] = await say(change);
  expect(second).toBe(first);
  pass(29 * 60_000);
  const [tokens = []] = await say(change);
  await expect(receiver().receive(tokens, now())).resolves.toMatchObject({ complete: true });
});

test('a caller that was built before events were signed hears what it always heard', async () => {
  const change = { ...nothing, complete: true, endedSessionIds: ['s-1'], quarantinedWorkloads: [idOf('payment')] };
  const said = [];
  for await (const message of plainMessagesOf(oneByOne([change]))) said.push(message);
  expect(said).toEqual([
    { endedSessionIds: ['s-1'], blockedUserIds: [], unblockedUserIds: [], complete: true, securityEvents: [] },
  ]);
});
