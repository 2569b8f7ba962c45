import { credentials, Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import {
  TokenExchangeServiceClient,
  type TokenExchangeServiceServer,
  TokenExchangeServiceService,
  type WatchSessionsRequest,
  type WatchSessionsResponse,
} from '@zt/proto/identity';
import { expect, onTestFinished, test } from 'vitest';
import type { SecurityEvent } from '../delegation/security-event.ts';
import { createSecurityEventReceiver } from '../delegation/security-event-receiver.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createSecurityEventMessages, type SecurityEventMessages } from '../testing/security-event-messages.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createSessionStream } from './session-stream.ts';

type Stream = ServerWritableStream<WatchSessionsRequest, WatchSessionsResponse>;

const audience = 'spiffe://zt.example/ns/shop/sa/order';
const everybody = 'spiffe://zt.example';
const issuer = createTestTokenIssuer('spiffe://zt.example/ns/shop/sa/identity', 'secevent+jwt');
const keys = createSigningKeySource({ fetchKeys: async () => issuer.jwks });
const ended: SecurityEvent = { kind: 'session revoked', sessionId: 's-1' };

/** A stream's end at identity. */
interface Said extends Stream {
  say(...message: Parameters<SecurityEventMessages['next']>): void;
}

function speaking(stream: Stream): Said {
  const messages = createSecurityEventMessages(issuer, { audience, everybody, state: stream.request.state });
  return Object.assign(stream, {
    say: (...message: Parameters<SecurityEventMessages['next']>) => void stream.write(messages.next(...message)),
  });
}

/** An identity that says what the test says, and a stream of a service's that listens to it. */
async function start(options: { readonly reopenAfterMs?: number } = {}) {
  const streams: Said[] = [];
  const server = new Server();
  server.addService(TokenExchangeServiceService, {
    watchSessions: (stream: Stream) => void streams.push(speaking(stream.on('error', () => {}))),
  } as unknown as TokenExchangeServiceServer);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const client = new TokenExchangeServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const logged: string[] = [];
  const add = (event: string) => void logged.push(event);
  const sessions = createSessionStream({
    open: (state) => client.watchSessions({ state }),
    receiverOf: (state) => createSecurityEventReceiver({ issuer: issuer.issuer, audience, everybody, state, keys }),
    refusedPauseMs: 10,
    log: { info: add, warn: add, error: add },
    silenceMs: 1_000,
    ...options,
  });
  onTestFinished(() => {
    sessions.close();
    client.close();
    server.forceShutdown();
  });
  return {
    sessions,
    streams,
    logged,
    last: () => streams.at(-1),
    of: (sessionId: string, userId = 'alice') => sessions.stateOf(sessionId, userId, new Date()),
  };
}

test('a service hears of each session that ends', async () => {
  const { sessions, last, of } = await start();
  await expect.poll(() => last()).toBeDefined();
  expect(of('s-1')).toBe('unknown');
  const known = sessions.known(5_000);
  last()?.say([], { complete: true });
  await known;
  expect(of('s-1')).toBe('active');
  last()?.say([ended]);
  await expect.poll(() => of('s-1')).toBe('ended');
});

test('a stream that breaks is opened anew, and nothing is known of what it missed before it says so', async () => {
  const { streams, last, of, logged } = await start();
  await expect.poll(() => last()).toBeDefined();
  last()?.say([], { complete: true });
  await expect.poll(() => of('s-1')).toBe('active');
  last()?.emit('error', { code: status.UNAVAILABLE, details: 'gone' });
  await expect.poll(() => streams.length).toBe(2);
  last()?.say([ended], { complete: true });
  await expect.poll(() => of('s-1')).toBe('ended');
  expect(logged).toEqual([]);
});

test('a stream that falls silent is opened anew', async () => {
  const { streams, last } = await start({ reopenAfterMs: 50 });
  await expect.poll(() => last()).toBeDefined();
  last()?.say([], { complete: true });
  await expect.poll(() => streams.length).toBeGreaterThan(1);
});

test('a service whose identity is gone refuses, and does not wait for ever', async () => {
  const { sessions, last, of } = await start();
  await expect.poll(() => last()).toBeDefined();
  await sessions.known(50);
  expect(of('s-1')).toBe('unknown');
  last()?.say([], { complete: true });
  await expect.poll(() => of('s-1')).toBe('active');
  await expect.poll(() => of('s-1'), { timeout: 5_000 }).toBe('unknown');
});

test('what identity did not sign for this very stream is not believed, and asked for anew', async () => {
  const { streams, last, of, logged } = await start();
  await expect.poll(() => last()).toBeDefined();
  last()?.write({ endedSessionIds: [], blockedUserIds: [], unblockedUserIds: [], complete: true, securityEvents: [] });
  await expect.poll(() => streams.length).toBe(2);
  last()?.say([], { complete: true, position: { state: streams[0]?.request.state } });
  await expect.poll(() => streams.length).toBe(3);
  expect(of('s-1')).toBe('unknown');
  last()?.say([], { complete: true });
  await expect.poll(() => of('s-1')).toBe('active');
  expect(logged).toEqual(['security_events_refused', 'security_events_refused']);
});

test('messages are taken in their order, and one that is left out ends what is known', async () => {
  const { streams, last, of, sessions } = await start();
  await expect.poll(() => last()).toBeDefined();
  const payment: SecurityEvent = { kind: 'workload disabled', spiffeId: 'spiffe://zt.example/ns/shop/sa/payment' };
  last()?.say([payment], { complete: true });
  last()?.say([{ ...payment, kind: 'workload enabled' }]);
  last()?.say([payment]);
  await expect.poll(() => sessions.standingOf(payment.spiffeId)).toBe('quarantined');
  await expect.poll(() => of('s-1')).toBe('active');
  last()?.say([{ ...payment, kind: 'workload enabled' }], { position: { sequence: 4 } });
  await expect.poll(() => streams.length).toBe(2);
  expect(sessions.standingOf(payment.spiffeId)).toBe('quarantined');
});
