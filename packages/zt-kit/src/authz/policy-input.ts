import type { PolicyInput } from './authorizer.ts';
import type { CallFacts } from './call-facts.ts';
import type { VerifiedCaller } from './verify-caller.ts';

/** What came before a call, as `PolicyInput` says it. */
export interface CountedCall {
  readonly callsInWindow: number | null;
  readonly usersInWindow: number | null;
}

/** The facts of a call in the shape that policy reads. */
export function policyInputOf(
  facts: CallFacts,
  service: string,
  { token, blocked }: VerifiedCaller,
  counted: CountedCall,
  now: Date,
): PolicyInput {
  return {
    version: 1,
    method: facts.method,
    service,
    peer: facts.peer?.spiffeId.uri ?? null,
    token:
      token === null
        ? null
        : {
            subject: token.subject,
            roles: token.roles,
            audience: token.audience,
            scopes: token.scopes,
            chain: token.chain,
            blocked,
          },
    resource: facts.resource,
    time: now.toISOString(),
    source_address: facts.address,
    calls_in_window: counted.callsInWindow,
    users_in_window: counted.usersInWindow,
  };
}
