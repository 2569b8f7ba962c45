import type { CallContext } from '../authz/call-context.ts';

/** A call that the kit let through, on behalf of this user; null where the method is for workloads. */
export function createTestCallContext(user: string | null, changes: Partial<CallContext> = {}): CallContext {
  return {
    decisionId: 'decision-1',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    peer: 'spiffe://zt.example/ns/shop/sa/peer',
    user: user === null ? null : { id: user, roles: [] },
    chain: [],
    deadline: new Date(Date.now() + 5_000),
    signal: new AbortController().signal,
    ...changes,
  };
}
