import { credentials, type Metadata, Server, ServerCredentials, type ServiceError, status } from '@grpc/grpc-js';
import { TokenExchangeServiceClient, TokenExchangeServiceService } from '@zt/proto/identity';
import { expect, onTestFinished, test } from 'vitest';
import { statusOfError } from '../errors.ts';
import { createTokenExchange, type TokenExchangeRequest } from './token-exchange.ts';

const request: TokenExchangeRequest = {
  subjectToken: 'subject',
  audience: 'spiffe://zt.example/ns/shop/sa/order',
  scopes: ['orders:read'],
  deadline: new Date(Date.now() + 5_000),
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};

/** An answer of `undefined` is none. */
async function exchangeWith(answer: (metadata: Metadata) => Partial<ServiceError> | null | undefined) {
  const server = new Server();
  server.addService(TokenExchangeServiceService, {
    exchangeToken: (call, callback) => {
      const error = answer(call.metadata);
      if (error === undefined) return;
      callback(
        error,
        error === null ? { accessToken: `for ${call.request.audience}`, expiresInSeconds: 60 } : undefined,
      );
    },
    getSigningKeys: (_call, callback) => callback(null, { jwksJson: '{}' }),
  } as import('@zt/proto/identity').TokenExchangeServiceServer);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  const client = new TokenExchangeServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => {
    client.close();
    server.forceShutdown();
  });
  return createTokenExchange(client);
}

test('a token comes back with the time it ends, and the trace goes along', async () => {
  let traceparent: unknown;
  const exchange = await exchangeWith((metadata) => {
    traceparent = metadata.get('traceparent')[0];
    return null;
  });
  const before = Date.now();
  const { token, expiresAt } = await exchange.exchange(request);
  expect(token).toBe('for spiffe://zt.example/ns/shop/sa/order');
  expect(expiresAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
  expect(traceparent).toBe(request.traceparent);
});

test.each([
  ['token_not_exchanged', status.UNAUTHENTICATED, status.UNAUTHENTICATED],
  ['exchange_not_allowed', status.PERMISSION_DENIED, status.PERMISSION_DENIED],
  ['token_exchange_unavailable', status.UNAVAILABLE, status.UNAVAILABLE],
  ['token_exchange_unavailable', status.INTERNAL, status.UNAVAILABLE],
] as const)(
  'the reason is %s where the exchange answers with status %i, and callers get %i',
  async (reason, code, told) => {
    const exchange = await exchangeWith(() => ({ code, details: 'no' }));
    const error = await exchange.exchange(request).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ reason });
    expect(statusOfError(error).code).toBe(told);
  },
);

test('an exchange whose deadline has passed gives up', async () => {
  const exchange = await exchangeWith(() => null);
  await expect(exchange.exchange({ ...request, deadline: new Date(0) })).rejects.toMatchObject({
    reason: 'token_exchange_unavailable',
  });
});

test.each([
  ['before', true],
  ['while', false],
])('an exchange is given up %s it is under way when nobody waits for it any more', async (_when, aborted) => {
  const waiting = new AbortController();
  if (aborted) waiting.abort();
  const exchange = await exchangeWith(() => {
    setImmediate(() => waiting.abort());
    return undefined;
  });
  const exchanged = exchange.exchange({
    ...request,
    deadline: new Date(Date.now() + 60_000),
    signal: waiting.signal,
  });
  await expect(exchanged).rejects.toMatchObject({
    reason: 'token_exchange_unavailable',
    cause: { code: status.CANCELLED },
  });
});
