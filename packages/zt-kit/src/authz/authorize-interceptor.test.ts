import { Client, credentials, Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { ZeroTrustError } from '../errors.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import type { PeerIdentity } from '../mtls/peer-verification.ts';
import { EchoService } from '../testing/echo-service.ts';
import { type AuthorizeInterceptorOptions, createAuthorizeInterceptor } from './authorize-interceptor.ts';
import type { CallContext } from './call-context.ts';
import type { CallFacts } from './call-facts.ts';
import { createCallsOfPeers } from './calls-of-peers.ts';

const gateway: PeerIdentity = {
  spiffeId: parseSpiffeId('spiffe://zt.example/ns/shop/sa/gateway'),
  serialNumber: '01',
  notAfter: new Date(Date.now() + 60_000),
  authority: '',
};

let server: Server | undefined;
let client: Client | undefined;
let asked: CallFacts[] = [];
let ran: Metadata[] = [];

afterEach(() => {
  client?.close();
  server?.forceShutdown();
});

/** A server without TLS: who is on the line is what the test says. Decides with yes unless told otherwise. */
async function serve(options: Partial<AuthorizeInterceptorOptions> = {}): Promise<Client> {
  asked = [];
  ran = [];
  const decide = async (facts: CallFacts): Promise<CallContext> => {
    asked.push(facts);
    return {} as CallContext;
  };
  const authorize = createAuthorizeInterceptor({
    decisions: { decide, refuse: () => expect.fail(), recordHandshake: () => expect.fail() },
    peerOf: () => gateway,
    resourceOf: () => ({}),
    bindContext: () => {},
    longestCallMs: 10_000,
    calls: createCallsOfPeers(512),
    ...options,
  });
  server = new Server({ interceptors: [authorize] });
  server.addService(EchoService, {
    unary: (call: { metadata: Metadata; request: unknown }, answer: (error: null, response: unknown) => void) => {
      ran.push(call.metadata);
      answer(null, call.request);
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server?.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return client;
}

function call(
  caller: Client,
  headers: readonly (readonly [string, string])[] = [],
  timeoutMs = 5_000,
): Promise<unknown> {
  const metadata = new Metadata();
  for (const [key, value] of headers) metadata.add(key, value);
  const { path, requestSerialize, responseDeserialize } = EchoService.unary;
  const options = { deadline: Date.now() + timeoutMs };
  return new Promise((resolve, reject) =>
    caller.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { text: 'a' },
      metadata,
      options,
      (error, answer) => (error === null ? resolve(answer) : reject(error)),
    ),
  );
}

test('a connection on which nobody was verified is refused before anything is decided', async () => {
  const caller = await serve({ peerOf: () => undefined });
  await expect(call(caller)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  expect({ asked, ran }).toEqual({ asked: [], ran: [] });
});

test('a call that is refused never reaches its handler, not even without a context', async () => {
  const decide = async (): Promise<never> => {
    throw new ZeroTrustError('user_blocked', 'secret detail');
  };
  const refuse = () => expect.fail();
  const caller = await serve({ decisions: { decide, refuse, recordHandshake: refuse } });
  await expect(call(caller)).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  expect(ran).toEqual([]);
});

test('a request that the service cannot read is answered, and does not end the process', async () => {
  const caller = await serve({
    resourceOf: () => {
      throw new TypeError('secret detail');
    },
  });
  await expect(call(caller)).rejects.toMatchObject({ code: status.INTERNAL, details: 'The service failed.' });
  expect(ran).toEqual([]);
});

test('the handler does not see the token', async () => {
  await call(await serve(), [['authorization', 'Bearer abc']]);
  expect(asked[0]?.bearerToken).toBe('abc');
  expect(ran[0]?.get('authorization')).toEqual([]);
});

test.each([
  ['two tokens', [['authorization', 'Bearer abc, Bearer def']]],
  ['a token with a space in it', [['authorization', 'Bearer abc def']]],
  ['a token without a scheme', [['authorization', 'abc']]],
  ['a scheme without a token', [['authorization', 'Bearer ']]],
] as const)('%s count as none', async (_what, headers) => {
  await call(await serve(), headers);
  expect(asked[0]?.bearerToken).toBeNull();
});

test("the caller's deadline holds, but not longer than the service's own", async () => {
  const started = Date.now();
  const caller = await serve({ longestCallMs: 2_000 });
  await call(caller, [], 1_000);
  await call(caller, [], 60_000);
  const [short = 0, long = 0] = asked.map(({ deadline }) => deadline.getTime() - started);
  expect(short).toBeLessThanOrEqual(1_500);
  expect(long).toBeGreaterThan(1_500);
  expect(long).toBeLessThan(50_000);
});

test('who asks, from where and in which trace is taken from the call', async () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await call(await serve(), [['traceparent', traceparent]]);
  expect(asked[0]).toMatchObject({ method: EchoService.unary.path, peer: gateway, traceparent });
  expect(asked[0]?.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(asked[0]?.userAgent).toContain('grpc-node-js');
});

test('a caller that goes away aborts what is done for it', async () => {
  let goneWith: AbortSignal | undefined;
  const caller = await serve({
    decisions: {
      decide: async ({ signal }) => {
        goneWith = signal;
        return new Promise(() => {});
      },
      refuse: () => expect.fail(),
      recordHandshake: () => expect.fail(),
    },
  });
  await expect(call(caller, [], 200)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  await expect.poll(() => goneWith?.aborted).toBe(true);
});

test('a call that takes longer than the service allows is ended, for who waits and for who works, though its caller has time', async () => {
  const finish = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  let finished = false;
  const caller = await serve({
    longestCallMs: 200,
    decisions: {
      decide: async (facts) => {
        signal = facts.signal;
        await finish.promise;
        finished = true;
        return {} as CallContext;
      },
      refuse: () => expect.fail(),
      recordHandshake: () => expect.fail(),
    },
  });
  await expect(call(caller, [], 60_000)).rejects.toMatchObject({
    code: status.DEADLINE_EXCEEDED,
    details: 'The service did not answer in time.',
  });
  expect(signal?.aborted).toBe(true);
  // What comes too late is of no consequence, and does no harm.
  finish.resolve();
  await expect.poll(() => finished).toBe(true);
  await expect(call(caller, [], 60_000)).resolves.toEqual({ text: 'a' });
});
