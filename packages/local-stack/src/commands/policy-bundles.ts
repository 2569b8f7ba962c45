import { accessGraph, policyData } from '@zt/access-graph';
import type { PolicyData } from '@zt/kit/authz';
import { bundledData, type PolicyBundle } from '@zt/kit/policy-bundle';
import type { LedgerReader } from '../ledger/read-ledger.ts';
import { publishPolicy } from '../operator/jobs/publish-policy.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { readBundle } from '../policy/rules-in-force.ts';
import { describeRunningStack } from './describe-running-stack.ts';

/** What decides on a stack: the graph of this checkout with the bundle that was published last. */
export interface RulesInForce {
  /** 0 where none was ever published. */
  readonly revision: number;
  readonly rules: PolicyBundle['rules'];
  readonly data: PolicyData;
}

/** Throws where the bundle is for another graph than the one of this checkout. */
export async function rulesInForce(ledger: Pick<LedgerReader, 'bundles'>): Promise<RulesInForce> {
  const last = (await ledger.bundles()).at(-1);
  const graph = policyData(accessGraph);
  if (last === undefined) return { revision: 0, rules: {}, data: graph };
  const { revision, rules } = readBundle(last);
  return { revision, rules, data: bundledData(graph, { rules }) };
}

/** Has the operator sign the rules and publish them, in the place of all that was published before. */
export async function publishRules(
  name: string,
  inForce: Pick<RulesInForce, 'revision'>,
  rules: PolicyBundle['rules'],
): Promise<number> {
  const stack = await describeRunningStack(name);
  const input = { revision: inForce.revision + 1, rules };
  return (await runAsOperator(stack, publishPolicy, input)).revision;
}
