import type { CallContext } from '@zt/kit/authz';

/** A call that the kit let through, on behalf of this user. */
export function contextOf(user: string | null, changes: Partial<CallContext> = {}): CallContext {
  return {
    decisionId: 'decision',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    peer: 'spiffe://zt.example/ns/shop/sa/peer',
    user: user === null ? null : { id: user, roles: ['customer'] },
    chain: [],
    deadline: new Date(Date.now() + 5000),
    signal: new AbortController().signal,
    ...changes,
  };
}
