import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type CallContext, type CallFacts, traceparentOf } from '@zt/kit/authz';
import type { Context } from 'hono';
import { bearerTokenOf } from './gateway.ts';
import type { Operation } from './operations.ts';
import type { Quota } from './rate-limits.ts';

/** What the gateway knows of a request while it serves it; `call` once it is allowed. */
export type Env = {
  Bindings: HttpBindings;
  Variables: { traceId: string; quotas: readonly Quota[]; operation: Operation; call: CallContext };
};

/** Only the connection says where a request comes from: a header about it is anybody's. */
export function addressOf(context: Context<Env>): { readonly address: string; readonly port: number } {
  const { address = '', port = 0 } = getConnInfo(context).remote;
  return { address, port };
}

/** What of a request's head is decided on. */
export function factsOf(
  context: Context<Env>,
  deadline: number,
  timeout: AbortSignal,
): Omit<CallFacts, 'peer' | 'method' | 'resource'> {
  const { address, port } = addressOf(context);
  return {
    bearerToken: bearerTokenOf(context.req.header('authorization')),
    address: `${address}:${port}`,
    userAgent: context.req.header('user-agent') ?? '',
    traceparent: traceparentOf(context.get('traceId')),
    deadline: new Date(deadline),
    signal: AbortSignal.any([context.req.raw.signal, timeout]),
  };
}

/**
 * What policy and ledger learn about a request, before any of it is checked: which order, which user's orders, what for.
 * What is missing is left out.
 */
export function resourceOf({ input }: Operation, context: Context<Env>): CallFacts['resource'] {
  const known = {
    order: 'id' in input.path.shape ? context.req.param('id') : undefined,
    sku: 'sku' in input.path.shape ? context.req.param('sku') : undefined,
    user: 'user' in input.query.shape ? context.req.query('user') : undefined,
    purpose: 'Purpose' in input.header.shape ? context.req.header('purpose') : undefined,
  };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
