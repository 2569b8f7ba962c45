import { randomBytes } from 'node:crypto';
import type { CallContext } from './call-context.ts';

const ownContexts = new WeakSet<CallContext>();

/**
 * A context for calls that a workload makes in its own name: nobody called, so there is no user, no peer and no decision
 * before it. With the trace id of what it continues, the ledger shows both as one.
 */
export function createOwnContext(
  options: { readonly timeoutMs: number; readonly traceId?: string },
  now = new Date(),
): CallContext {
  const context: CallContext = Object.freeze({
    decisionId: '',
    traceId: options.traceId ?? randomBytes(16).toString('hex'),
    peer: null,
    user: null,
    chain: [],
    deadline: new Date(now.getTime() + options.timeoutMs),
    signal: new AbortController().signal,
  });
  ownContexts.add(context);
  return context;
}

/** Whether calls with this context are in the workload's own name. A call that came in never makes such a context. */
export function isOwnContext(context: CallContext): boolean {
  return ownContexts.has(context);
}
