import type { ObservableReason } from '@zt/kit/authz';
import type { GraphMethod } from '../graph.ts';

/** One thing that holds for a method, and what makes it hold. */
export interface ExplainedPart {
  readonly about: string;
  readonly says: readonly string[];
  readonly enforced: readonly Enforcement[];
}

export interface Enforcement {
  readonly where: EnforcedWhere;
  readonly how: string;
}

/** About in the order in which a call comes by; `identity` is where the caller gets its token. */
export type EnforcedWhere =
  | 'network door'
  | 'handshake'
  | 'peer'
  | 'identity'
  | 'token'
  | 'policy rule'
  | 'record'
  | 'database'
  | 'Vault';

export function at(where: EnforcedWhere, how: string): Enforcement {
  return { where, how };
}

/** By the method's own rule, which may only watch. */
export function byPolicy({ observe }: GraphMethod, reason: ObservableReason, what: string): Enforcement {
  const outcome = observe.includes(reason) ? 'is recorded, and not refused' : 'is refused';
  return at('policy rule', `${what} ${outcome}: ${reason}`);
}

/** `a`, `a and b`, `a, b and c`; `nobody` for none. */
export function listed(names: readonly string[], none = 'nobody'): string {
  const last = names.at(-1) ?? none;
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
