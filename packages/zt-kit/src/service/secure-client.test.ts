import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Client, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bindSubjectToken, type CallContext } from '../authz/call-context.ts';
import { createOwnContext } from '../authz/own-context.ts';
import type { TokenExchange, TokenExchangeRequest } from '../delegation/token-exchange.ts';
import type { WorkloadTokens } from '../delegation/workload-tokens.ts';
import { ZeroTrustError } from '../errors.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { tlsSettingsOf } from '../mtls/tls-settings.ts';
import { createTestCallContext } from '../testing/call-context.ts';
import { type EchoServer, gateway, order, startEchoServer } from '../testing/echo-server.ts';
import { EchoService } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { CallError, createSecureClient, type SecureClientOptions } from './secure-client.ts';
import { createWatchedChannel } from './watched-channel.ts';

let echo: EchoServer;
let source: X509Source;
const asked: TokenExchangeRequest[] = [];

beforeAll(async () => {
  echo = await startEchoServer();
  source = createFixedX509Source(await echo.snapshotOf(gateway));
});

afterAll(() => echo.close());

const exchange: TokenExchange = {
  async exchange(request) {
    asked.push(request);
    return { token: await echo.token(), expiresAt: new Date(Date.now() + 30_000) };
  },
};

function open(options: Partial<SecureClientOptions> = {}) {
  return createSecureClient(EchoService, {
    address: echo.address,
    credentials: createMtlsChannelCredentials(source, authorizeSpiffeIds(order)),
    audience: order,
    exchange,
    workloadTokens: null,
    scopesOf: () => ['echo:write'],
    ownScopesOf: () => ['echo:own'],
    ...options,
  });
}

function contextWith(
  overrides: Partial<CallContext> = {},
  token: string | null = "alice's token at gateway",
): CallContext {
  const context = createTestCallContext('alice', { peer: null, ...overrides });
  if (token !== null) bindSubjectToken(context, token);
  return context;
}

test("a call carries a token that was exchanged for the other service, with the caller's trace and deadline", async () => {
  const client = open();
  const context = contextWith();
  await expect(client.unary({ text: 'hello' }, context)).resolves.toMatchObject({ text: 'hello' });
  expect(asked.at(-1)).toEqual({
    subjectToken: "alice's token at gateway",
    audience: order,
    scopes: ['echo:write'],
    deadline: context.deadline,
    traceparent: expect.stringContaining(context.traceId),
    signal: context.signal,
  });
  const record = (await echo.records()).at(-1);
  expect(record).toMatchObject({ traceId: context.traceId, token: { subject: 'alice' } });
  client.close();
});

test('a method on behalf of a user is not called without one', async () => {
  const client = open();
  const runs = echo.runs();
  const call = client.unary({ text: 'hello' }, contextWith({ user: null }, null));
  await expect(call).rejects.toMatchObject({ reason: 'user_required' });
  expect(echo.runs()).toBe(runs);
  client.close();
});

test('a call in the own name asks for a token in that name, and never for an exchange', async () => {
  const issued: object[] = [];
  const workloadTokens: WorkloadTokens = {
    async issue(request) {
      issued.push(request);
      return { token: await echo.token(), expiresAt: new Date(Date.now() + 30_000) };
    },
  };
  const client = open({ workloadTokens });
  const before = asked.length;
  const context = createOwnContext({ timeoutMs: 5_000 });
  await expect(client.unary({ text: 'hello' }, context)).resolves.toMatchObject({ text: 'hello' });
  const { deadline, traceId, signal } = context;
  const traceparent = expect.stringContaining(traceId);
  expect(issued).toEqual([{ audience: order, scopes: ['echo:own'], deadline, traceparent, signal }]);
  expect(asked).toHaveLength(before);
  const lookalike = { ...context };
  await expect(client.unary({ text: 'hello' }, lookalike)).rejects.toMatchObject({ reason: 'user_required' });
  client.close();
});

test('where the exchange refuses, nothing is called', async () => {
  const refusing: TokenExchange = {
    exchange: async () => {
      throw new ZeroTrustError('token_not_exchanged', 'the session is over');
    },
  };
  const client = open({ exchange: refusing });
  const runs = echo.runs();
  await expect(client.unary({ text: 'hello' }, contextWith())).rejects.toMatchObject({ reason: 'token_not_exchanged' });
  expect(echo.runs()).toBe(runs);
  client.close();
});

test("the other service's refusal comes back as its status and its public sentence", async () => {
  const client = open();
  const error: unknown = await client.unary({ text: 'refuse' }, contextWith()).catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(CallError);
  expect(error).toMatchObject({ code: status.UNAUTHENTICATED });
  client.close();
});

test('a call whose caller has gone before it begins is not made', async () => {
  const client = open();
  const runs = echo.runs();
  const call = client.unary({ text: 'hello' }, contextWith({ signal: AbortSignal.abort() }));
  await expect(call).rejects.toMatchObject({ code: status.CANCELLED });
  expect(echo.runs()).toBe(runs);
  client.close();
});

test('a call whose deadline has passed is not made', async () => {
  const client = open();
  const runs = echo.runs();
  const call = client.unary({ text: 'hello' }, contextWith({ deadline: new Date(Date.now() - 1) }));
  await expect(call).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  expect(echo.runs()).toBe(runs);
  client.close();
});

test('a connection attempt into nowhere is given up, and the next call finds its way as soon as there is one', async () => {
  // A listener that never accepts: once its queue is full, the kernel drops whoever asks.
  const script = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const fillers = Array.from({ length: 4 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
  await new Promise((resolve) => setTimeout(resolve, 200));

  const addresses = [`127.0.0.1:${port}`, echo.address];
  const client = createSecureClient(EchoService, {
    credentials: createMtlsChannelCredentials(source, authorizeSpiffeIds(order)),
    audience: order,
    exchange,
    workloadTokens: null,
    scopesOf: () => ['echo:write'],
    ownScopesOf: () => ['echo:own'],
    connectTimeoutMs: 300,
    // Read for each channel that is opened.
    get address() {
      return addresses.shift() ?? 'none is left';
    },
  });
  try {
    const short = contextWith({ deadline: new Date(Date.now() + 500) });
    await expect(client.unary({ text: 'hello' }, short)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await expect(client.unary({ text: 'hello' }, contextWith())).resolves.toMatchObject({ text: 'hello' });
    expect(addresses).toEqual([]);
  } finally {
    client.close();
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  }
});

test('a call whose caller goes away is cancelled, and nothing stays behind of it', async () => {
  const client = open();
  const gone = new AbortController();
  const { signal } = gone;
  const listeners = { add: vi.spyOn(signal, 'addEventListener'), remove: vi.spyOn(signal, 'removeEventListener') };
  await client.unary({ text: 'hello' }, contextWith({ signal }));
  expect(listeners.remove.mock.calls[0]?.slice(0, 2)).toEqual(listeners.add.mock.calls[0]?.slice(0, 2));
  const runs = echo.runs();
  const hanging = client.unary({ text: 'hang' }, contextWith({ signal }));
  const cancelled = expect(hanging).rejects.toMatchObject({ code: status.CANCELLED });
  await vi.waitUntil(() => echo.runs() > runs);
  gone.abort();
  await cancelled;
  client.close();
});

test('for a method that takes no token none is asked for', async () => {
  const client = open({ scopesOf: () => null });
  const before = asked.length;
  await expect(client.unary({ text: 'hello' }, contextWith())).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  expect(asked).toHaveLength(before);
  client.close();
});

test('a server that finishes its handshake and never begins HTTP/2 is given up in the same way', async () => {
  const silent = createTlsServer({ ...tlsSettingsOf(await echo.snapshotOf(order)), ALPNProtocols: ['h2'] });
  silent.listen(0, '127.0.0.1').on('secureConnection', (socket) => socket.on('error', () => {}));
  await once(silent, 'listening');
  const addresses = [`127.0.0.1:${(silent.address() as AddressInfo).port}`, echo.address];
  const client = createWatchedChannel(
    () => new Client(addresses.shift() ?? 'none', createMtlsChannelCredentials(source, authorizeSpiffeIds(order)), {}),
    300,
  );
  const first = client.inForce();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(client.inForce()).toBe(first);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(client.inForce()).not.toBe(first);
  client.close();
  silent.close();
});

/** A server whose first answers have no status at their end: what is left of one whose process is killed. */
async function serveBreakingOff(answersBrokenOff: number) {
  let calls = 0;
  const server = createSecureServer({ ...tlsSettingsOf(await echo.snapshotOf(order)), requestCert: true });
  server.on('stream', (stream) => {
    calls += 1;
    stream.on('error', () => {});
    const isWhole = calls > answersBrokenOff;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: isWhole });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const message = EchoService.unary.responseSerialize({ text: 'whole' });
    stream.end(isWhole ? Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]) : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    calls: () => calls,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

test('a call whose server goes in the midst of its answer is sent again', async () => {
  const server = await serveBreakingOff(1);
  const client = open({ address: server.address });
  await expect(client.unary({ text: 'hello' }, contextWith())).resolves.toMatchObject({ text: 'whole' });
  expect(server.calls()).toBe(2);
  client.close();
  server.close();
});

test('a call that breaks off twice had no answer, and is not said to have failed there', async () => {
  const server = await serveBreakingOff(2);
  const client = open({ address: server.address });
  await expect(client.unary({ text: 'hello' }, contextWith())).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(server.calls()).toBe(2);
  client.close();
  server.close();
});

test('a quarantined service is not called, and what it still answers is not taken', async () => {
  let isQuarantined = true;
  const refusals: ZeroTrustError[] = [];
  const client = open({
    isQuarantined: () => isQuarantined,
    refuse: async (_context, error) => {
      refusals.push(error);
      return error;
    },
  });
  const before = (await echo.records()).length;
  await expect(client.unary({ text: 'hello' }, contextWith())).rejects.toMatchObject({ reason: 'callee_quarantined' });
  expect((await echo.records()).length).toBe(before);
  expect(refusals).toHaveLength(1);
  isQuarantined = false;
  await expect(client.unary({ text: 'hello' }, contextWith())).resolves.toMatchObject({ text: 'hello' });
  // It becomes so while the calls are under way: of one that is answered, and of one that is refused.
  const askedBefore = asked.length;
  const during = open({ isQuarantined: () => asked.length > askedBefore });
  await expect(during.unary({ text: 'hello' }, contextWith())).rejects.toMatchObject({ reason: 'callee_quarantined' });
  const again = asked.length;
  const refused = open({ isQuarantined: () => asked.length > again });
  await expect(refused.unary({ text: 'fail' }, contextWith())).rejects.toMatchObject({ reason: 'callee_quarantined' });
  for (const each of [client, during, refused]) each.close();
});
