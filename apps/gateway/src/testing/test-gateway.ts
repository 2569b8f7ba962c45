import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type CallContext, type CallFacts, RefusedCall, traceIdOf } from '@zt/kit/authz';
import { createTestCallContext } from '@zt/kit/testing';
import type { Downstream } from '../downstream.ts';
import { createGatewayService } from '../gateway-service.ts';

export type Decide = (request: Omit<CallFacts, 'peer'>) => Promise<CallContext>;

/** A gateway on a port of its own, over plain HTTP: TLS is the kit's. What is not given must not be called. */
export async function startTestGateway(options: {
  readonly decide?: Decide;
  readonly order?: Partial<Downstream['order']>;
  readonly inventory?: Partial<Downstream['inventory']>;
  readonly timeoutMs?: number;
}) {
  const failures: { readonly error: string; readonly traceId: string }[] = [];
  const notCalled = (): Promise<never> => Promise.reject(new Error('this call was not expected'));
  const service = createGatewayService({
    decide: options.decide ?? (async (request) => contextOf(request)),
    downstream: {
      order: { placeOrder: notCalled, getOrder: notCalled, ...options.order },
      inventory: {
        getStock: notCalled,
        reserveStock: notCalled,
        commitReservation: notCalled,
        releaseReservation: notCalled,
        ...options.inventory,
      },
    },
    now: () => new Date(),
    onFailure: (failure) => failures.push(failure),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const server = createServer(getRequestListener(service.fetch, { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failures,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What the kit gives for a request that it allows. */
export function contextOf({ traceparent, deadline, signal }: Omit<CallFacts, 'peer'>): CallContext {
  return createTestCallContext('alice', { traceId: traceIdOf(traceparent), peer: null, deadline, signal });
}

/** What the kit throws for a request without a token. */
export const refuseAll: Decide = () =>
  Promise.reject(new RefusedCall('decision-2', ['token_missing'], 'secret: the call carries no token'));
