import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type CallContext, type CallFacts, RefusedCall, traceIdOf } from '@zt/kit/authz';
import type { ZeroTrustError } from '@zt/kit/errors';
import { createTestCallContext } from '@zt/kit/testing';
import type { Downstream } from '../downstream.ts';
import { createGatewayService } from '../gateway-service.ts';
import { createOpenApiDocument } from '../openapi-document.ts';
import { createRateLimits, type RateLimit } from '../rate-limits.ts';
import { createRefusedAddresses, type RefusedSum } from '../refused-addresses.ts';

export type Decide = (request: Omit<CallFacts, 'peer'>) => Promise<CallContext>;

/** The document that a test gateway serves. */
export const testDocument = createOpenApiDocument({ issuer: 'https://issuer.example', scopesOf: (method) => [method] });

const plenty: RateLimit = { requests: 1_000_000, seconds: 60 };

/** A gateway on a port of its own, over plain HTTP: TLS is the kit's. What is not given must not be called. */
export async function startTestGateway(options: {
  readonly decide?: Decide;
  readonly order?: Partial<Downstream['order']>;
  readonly inventory?: Partial<Downstream['inventory']>;
  readonly addressLimit?: RateLimit;
  readonly userLimit?: RateLimit;
  readonly timeoutMs?: number;
}) {
  const failures: { readonly error: string; readonly traceId: string }[] = [];
  const refusals: { readonly call: CallContext; readonly error: ZeroTrustError }[] = [];
  const sums: RefusedSum[] = [];
  const refusedAddresses = createRefusedAddresses({ onSum: (sum) => sums.push(sum) });
  const service = createGatewayService({
    decide: options.decide ?? (async (request) => contextOf(request)),
    refuse: async (call, error) => {
      refusals.push({ call, error });
      return new RefusedCall('decision-3', [error.reason], error.message);
    },
    downstream: { order: onlyThese(options.order), inventory: onlyThese(options.inventory) },
    limits: createRateLimits({ address: options.addressLimit ?? plenty, user: options.userLimit ?? plenty }),
    refusedAddresses,
    openApiDocument: testDocument,
    now: () => new Date(),
    onFailure: (failure) => failures.push(failure),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const server = createServer(getRequestListener(service.fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    service,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures,
    refusals,
    /** Gives what was added up of refused addresses. */
    closeSums: () => {
      refusedAddresses.close();
      return sums;
    },
    [Symbol.asyncDispose]: async () => {
      refusedAddresses.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A client that has these methods and refuses all others. */
function onlyThese<Client extends object>(methods: Partial<Client> = {}): Client {
  const notCalled = (): Promise<never> => Promise.reject(new Error('this call was not expected'));
  return new Proxy(methods, { get: (target, name) => Reflect.get(target, name) ?? notCalled }) as Client;
}

/** What the kit gives for a request that it allows. */
export function contextOf({ traceparent, deadline, signal }: Omit<CallFacts, 'peer'>): CallContext {
  return createTestCallContext('alice', { traceId: traceIdOf(traceparent), peer: null, deadline, signal });
}

/** What the kit throws for a request without a token. */
export const refuseAll: Decide = () =>
  Promise.reject(new RefusedCall('decision-2', ['token_missing'], 'secret: the call carries no token'));
