import type { DecisionRecord } from '@zt/kit/audit';
import { type Authorizer, inputOfRecord, type PolicyInput } from '@zt/kit/authz';
import { canComeFromElsewhere, countedBy, readsTokenAlike, reasonsFor } from './decide-again.ts';

/** What comes of a recorded decision when it is made again. */
export type Replayed =
  /** It cannot be made again, or did not come out as it was recorded: the candidate is not asked. */
  | { readonly kind: 'left out'; readonly why: WhyLeftOut }
  | { readonly kind: 'same' }
  | { readonly kind: 'flip'; readonly to: 'allowed' | 'refused'; readonly because: readonly string[] }
  /** What the candidate would count, or read, nobody counted or read when the call came. */
  | { readonly kind: 'untold'; readonly why: WhyUntold };

export type WhyLeftOut =
  | 'handshake'
  | 'bundle'
  | 'inside a method'
  | 'input not kept'
  | 'policy not found'
  | 'not reproduced';
export type WhyUntold = 'calls were not counted so' | 'users were not counted so' | 'the token was not read so';

export interface ReplayOptions {
  readonly candidate: Authorizer;
  /** By the revision that a record names. */
  readonly recorded: ReadonlyMap<string, Authorizer>;
}

/** Makes a recorded decision again, with the policy that made it and then with another. */
export function replay(record: DecisionRecord, { candidate, recorded }: ReplayOptions): Replayed {
  if (record.kind !== 'call') return leftOut(record.kind);
  if (record.policyInput === null) return leftOut('inside a method');
  const input = inputOfRecord(record);
  if (input === null) return leftOut('input not kept');
  const policy = recorded.get(record.policyRevision);
  if (policy === undefined) return leftOut('policy not found');
  const others = reproduce(record, input, policy);
  if (others === null) return leftOut('not reproduced');
  if (!readsTokenAlike(input, policy, candidate)) return { kind: 'untold', why: 'the token was not read so' };
  const [fewest, most] = countedBy(input, policy, candidate);
  const best = reasonsFor(fewest, candidate);
  const worst = reasonsFor(most, candidate);
  const isAllowed = (reasons: readonly string[]) => others.length === 0 && reasons.length === 0;
  if (isAllowed(best) !== isAllowed(worst)) {
    return { kind: 'untold', why: `${worst.includes('rate_exceeded') ? 'calls' : 'users'} were not counted so` };
  }
  if (isAllowed(best) === record.allowed) return { kind: 'same' };
  return record.allowed
    ? { kind: 'flip', to: 'refused', because: best }
    : { kind: 'flip', to: 'allowed', because: record.reasons };
}

/** What of a record's reasons is not policy's; null where policy gives something else than what is on record. */
function reproduce(record: DecisionRecord, input: PolicyInput, policy: Authorizer): readonly string[] | null {
  const reasons = reasonsFor(input, policy);
  const others = record.reasons.filter((reason) => !reasons.includes(reason));
  const isSame =
    record.allowed === (record.reasons.length === 0) &&
    record.reasons.length === others.length + reasons.length &&
    others.every((reason) => canComeFromElsewhere(reason, input, policy)) &&
    isSameSet(policy.decide(input).observed, record.observed);
  return isSame ? others : null;
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function leftOut(why: WhyLeftOut): Replayed {
  return { kind: 'left out', why };
}
