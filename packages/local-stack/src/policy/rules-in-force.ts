import type { ObservableReason, PolicyData } from '@zt/kit/authz';
import { type BundleRule, type PolicyBundle, parsePolicyBundle } from '@zt/kit/policy-bundle';
import { decodeJwt } from 'jose';

/** What a statement says that the ledger keeps: it was verified when it was published. */
export function readBundle(statement: string): PolicyBundle {
  return parsePolicyBundle(decodeJwt(statement));
}

/** By full name of the method: all that is observed somewhere. */
export function observedBy(data: PolicyData): Readonly<Record<string, BundleRule>> {
  const observing = Object.entries(data.graph.methods).flatMap(([method, { observe = [] }]) =>
    observe.length === 0 ? [] : [[method, { observe }] as const],
  );
  return Object.fromEntries(observing);
}

/** What a promotion is about: only this method, only this reason; all where it says neither. */
export interface Promotion {
  readonly method: string | null;
  readonly reason: string | null;
}

/**
 * The rules of a bundle that enforces what is observed now, as far as the promotion goes, and leaves the rest as it is: those
 * of the bundle in force, with less in them. Methods that the graph observes are named, or they would go on observing.
 */
export function promoted(
  data: PolicyData,
  inForce: PolicyBundle['rules'],
  promotion: Promotion,
): PolicyBundle['rules'] {
  const changed = Object.entries(observedBy(data))
    .filter(([method]) => promotion.method === null || method === promotion.method)
    .map(([method, { observe }]) => [method, { observe: observe.filter(stays) }] as const);
  return { ...inForce, ...Object.fromEntries(changed) };

  function stays(reason: ObservableReason): boolean {
    return promotion.reason !== null && reason !== promotion.reason;
  }
}
