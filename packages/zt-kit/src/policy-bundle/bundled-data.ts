import type { PolicyData, PolicyMethod } from '../authz/policy-data.ts';
import { isObservableReason } from '../authz/policy-reasons.ts';
import { ZeroTrustError } from '../errors.ts';
import type { BundleRule, PolicyBundle } from './policy-bundle.ts';

/**
 * The data of policy with what a bundle says in the place of what the graph says. Throws `bundle_not_for_this_policy` for a
 * method that policy has no rule for, and a reason that is never observed: nobody can have meant that.
 */
export function bundledData(data: PolicyData, { rules }: Pick<PolicyBundle, 'rules'>): PolicyData {
  const changed = Object.entries(rules).map(([name, rule]) => [name, withRule(data, name, rule)] as const);
  return { graph: { ...data.graph, methods: { ...data.graph.methods, ...Object.fromEntries(changed) } } };
}

function withRule(data: PolicyData, name: string, { observe }: BundleRule): PolicyMethod {
  const method = Object.hasOwn(data.graph.methods, name) ? data.graph.methods[name] : undefined;
  // Health is one method of every service, and no rule of any.
  if (method === undefined || !('service' in method)) {
    throw new ZeroTrustError('bundle_not_for_this_policy', `policy has no rule for ${name.slice(0, 256)}`);
  }
  const unknown = observe.find((reason) => !isObservableReason(reason));
  if (unknown !== undefined) {
    throw new ZeroTrustError('bundle_not_for_this_policy', `nothing is observed as ${String(unknown).slice(0, 64)}`);
  }
  const { observe: _before, ...rest } = method;
  return observe.length === 0 ? rest : { ...rest, observe };
}
