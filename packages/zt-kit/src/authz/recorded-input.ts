import { z } from 'zod';
import type { DecisionRecord, PolicyInputRecord } from '../audit/decision-record.ts';
import type { PolicyInput } from './authorizer.ts';

/** What policy saw of a call and its record says nowhere else. */
export function recordedInputOf(input: PolicyInput): PolicyInputRecord {
  return {
    roles: input.token?.roles ?? [],
    blocked: input.token?.blocked ?? false,
    callsInWindow: input.calls_in_window,
    usersInWindow: input.users_in_window,
  };
}

const count = z.number().min(0).nullable();
const recorded = z.object({
  roles: z.array(z.string()),
  blocked: z.boolean(),
  callsInWindow: count,
  usersInWindow: count,
});

/**
 * What policy decided a recorded call on. Null where the record does not hold all of it: those that were made before it
 * was kept, handshakes, and what was refused inside an allowed call's handler, of which policy was not asked.
 */
export function inputOfRecord(record: DecisionRecord): PolicyInput | null {
  const parsed = recorded.safeParse(record.policyInput);
  if (!parsed.success) return null;
  const { roles, blocked, callsInWindow, usersInWindow } = parsed.data;
  const { token } = record;
  return {
    version: 1,
    method: record.method,
    service: record.service,
    peer: record.peer?.spiffeId ?? null,
    token:
      token === null
        ? null
        : {
            subject: token.subject,
            roles,
            audience: token.audience,
            scopes: token.scopes,
            chain: token.chain,
            blocked,
          },
    resource: record.resource,
    time: record.time,
    source_address: record.address,
    calls_in_window: callsInWindow,
    users_in_window: usersInWindow,
  };
}
