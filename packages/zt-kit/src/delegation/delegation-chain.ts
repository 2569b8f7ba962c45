import { ZeroTrustError } from '../errors.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';

/** As an `act` claim holds it (RFC 8693, section 4.1). */
export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

/** More workloads than this never act for one user in one request. */
export const longestChain = 8;

/**
 * Reads an `act` claim into SPIFFE IDs, the one that acts now first. Throws `token_malformed` where anything but `sub`
 * and `act` is in it: a member that nobody checks must not look like a fact.
 */
export function parseDelegationChain(act: unknown): readonly string[] {
  const chain: string[] = [];
  let link = act;
  while (link !== undefined) {
    if (chain.length === longestChain) throw malformed(`act claim is deeper than ${longestChain}`);
    if (typeof link !== 'object' || link === null || Array.isArray(link)) throw malformed('act claim is not an object');
    const { sub, act: next, ...rest } = link as { readonly sub?: unknown; readonly act?: unknown };
    if (Object.keys(rest).length > 0) throw malformed('act claim holds more than sub and act');
    chain.push(actor(sub));
    link = next;
  }
  return Object.freeze(chain);
}

/** The `act` claim of a chain. Throws a `TypeError` where the chain is empty or too long: such a token is never made. */
export function actClaim(chain: readonly string[]): ActClaim {
  if (chain.length === 0 || chain.length > longestChain) throw new TypeError('chain is empty or too long');
  return chain.reduceRight<ActClaim | undefined>(
    (inner, sub) => (inner === undefined ? { sub } : { sub, act: inner }),
    undefined,
  ) as ActClaim;
}

function actor(sub: unknown): string {
  if (typeof sub !== 'string') throw malformed('act claim has no sub');
  try {
    if (parseSpiffeId(sub).path !== '') return sub;
  } catch (error) {
    throw malformed('act claim names no SPIFFE ID', error);
  }
  throw malformed('act claim names a trust domain, not a workload');
}

function malformed(message: string, cause?: unknown): ZeroTrustError {
  return new ZeroTrustError('token_malformed', message, { cause });
}
