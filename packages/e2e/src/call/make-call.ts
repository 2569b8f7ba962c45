import type { ServiceName } from '@zt/access-graph';
import type { DecisionRecord } from '@zt/kit/audit';
import { traceIdOf, traceparentOf } from '@zt/kit/authz';
import { only } from '../attempts/evidence.ts';
import type { World } from '../attempts/world.ts';
import { type Caller, callers } from '../caller.ts';
import { createTokenCarrier } from '../matrix/users-token.ts';
import { methods } from '../probe/methods.ts';
import type { PlannedCall } from './plan-call.ts';
import { wholeRequest } from './whole-request.ts';

export interface CallOutcome {
  /** A gRPC status. */
  readonly code: string;
  /** The other side's sentence; empty where it answered. */
  readonly message: string;
  /** Null where there was none. */
  readonly answer: unknown;
  /** Every decision on the way, those about tokens among them. */
  readonly records: readonly DecisionRecord[];
}

/**
 * Makes one call in a process that has the identity of the workload, on behalf of this user where the call is for one.
 * Throws where a token on the way is refused, or where the request has what the method does not take.
 */
export async function makeCall(
  world: World,
  { from, to, method, credential }: PlannedCall,
  { user, request }: { readonly user: string | null; readonly request: Readonly<Record<string, unknown>> },
): Promise<CallOutcome> {
  const caller = callerNamed(from);
  const definition = methods.get(method);
  if (definition === undefined) throw new TypeError(`no service has the method ${method}`);
  const whole = wholeRequest(definition.requestDeserialize, request);
  const traceId = traceIdOf(null);
  const traceparent = traceparentOf(traceId);
  const server = to as ServiceName;
  const job = {
    kind: 'call',
    method,
    address: world.stack.addresses[server],
    server: world.spiffeId(server),
    token: await tokenFor(),
    request: whole,
    traceparent,
  } as const;
  const { code, message, answer } = only(await world.runAs(caller, [job]));
  const records = await world.ledger.trace(traceId);
  return { code, message, answer: answer === undefined ? null : JSON.parse(answer), records };

  async function tokenFor(): Promise<string | null> {
    switch (credential.kind) {
      case 'nothing':
      case 'of the caller':
        return null;
      case 'own token':
        return await world.ownTokenOf(caller, server, undefined, traceparent);
      case 'token of a user':
        if (credential.way === null || user === null) return null;
        return await createTokenCarrier(world, traceparent).bring(user, credential.way);
    }
  }
}

function callerNamed(name: string): Caller {
  const caller = callers.find((each) => each === name);
  if (caller !== undefined) return caller;
  throw new TypeError(`nobody can act as ${name} here, only as ${callers.join(', ')}`);
}
