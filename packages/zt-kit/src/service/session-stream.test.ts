import { credentials, Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import {
  TokenExchangeServiceClient,
  type TokenExchangeServiceServer,
  TokenExchangeServiceService,
  type WatchSessionsRequest,
  type WatchSessionsResponse,
} from '@zt/proto/identity';
import { expect, onTestFinished, test } from 'vitest';
import { createSessionStream } from './session-stream.ts';

const nothing = { endedSessionIds: [], blockedUserIds: [], unblockedUserIds: [], complete: false };
const complete = { ...nothing, complete: true };
type Stream = ServerWritableStream<WatchSessionsRequest, WatchSessionsResponse>;

/** An identity that says what the test says, and a stream of a service's that listens to it. */
async function start(options: { readonly reopenAfterMs?: number } = {}) {
  const streams: Stream[] = [];
  const server = new Server();
  server.addService(TokenExchangeServiceService, {
    watchSessions: (stream: Stream) => void streams.push(stream.on('error', () => {})),
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
    open: () => client.watchSessions({}),
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
  last()?.write(complete);
  await known;
  expect(of('s-1')).toBe('active');
  last()?.write({ ...nothing, endedSessionIds: ['s-1'] });
  await expect.poll(() => of('s-1')).toBe('ended');
});

test('a stream that breaks is opened anew, and nothing is known of what it missed before it says so', async () => {
  const { streams, last, of, logged } = await start();
  await expect.poll(() => last()).toBeDefined();
  last()?.write(complete);
  await expect.poll(() => of('s-1')).toBe('active');
  last()?.emit('error', { code: status.UNAVAILABLE, details: 'gone' });
  await expect.poll(() => streams.length).toBe(2);
  last()?.write({ ...complete, endedSessionIds: ['s-1'] });
  await expect.poll(() => of('s-1')).toBe('ended');
  expect(logged).toEqual([]);
});

test('a stream that falls silent is opened anew', async () => {
  const { streams, last } = await start({ reopenAfterMs: 50 });
  await expect.poll(() => last()).toBeDefined();
  last()?.write(complete);
  await expect.poll(() => streams.length).toBeGreaterThan(1);
});

test('a service whose identity is gone refuses, and does not wait for ever', async () => {
  const { sessions, last, of } = await start();
  await expect.poll(() => last()).toBeDefined();
  await sessions.known(50);
  expect(of('s-1')).toBe('unknown');
  last()?.write(complete);
  await expect.poll(() => of('s-1')).toBe('active');
  await expect.poll(() => of('s-1'), { timeout: 5_000 }).toBe('unknown');
});
