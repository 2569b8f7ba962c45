import { accessGraph, findMethod } from '@zt/access-graph';
import { isObservableReason } from '@zt/kit/authz';
import { bundledData } from '@zt/kit/policy-bundle';
import { policyWasm } from '@zt/policy';
import { type Command, InvalidArgumentError } from 'commander';
import { promotionFaults } from '../policy/promotion-fault.ts';
import { replayLedger } from '../policy/replay-ledger.ts';
import { observedBy, type Promotion, promoted } from '../policy/rules-in-force.ts';
import { ledgerOfRunningStack } from './ledger-of-running-stack.ts';
import { parseSince } from './parse-since.ts';
import { publishRules, rulesInForce } from './policy-bundles.ts';
import { repositoryRoot } from './repository-root.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface PromoteOptions extends NameOption {
  readonly method?: string;
  readonly reason?: string;
  /** Seconds. */
  readonly since: number;
  readonly illegitimate?: readonly string[];
  readonly unseen?: boolean;
}

/** From observing to enforcing, as soon as nobody would miss anything. */
export function registerPolicyPromote(policy: Command): void {
  addNameOption(policy.command('promote'))
    .description('enforce what rules observe until now, unless calls that were allowed would be refused by it')
    .option('--method <method>', 'only what is observed at this method, such as order.PlaceOrder')
    .option('--reason <reason>', 'only this reason, such as rate_exceeded', parseReason)
    .option('--since <time>', 'try it on what was decided since then', parseSince, 86_400)
    .option('--illegitimate <callers...>', 'workloads, users or somebody whose calls may be refused: they were no good')
    .option('--unseen', 'enforce also where nobody called in that time')
    .action(async (options: PromoteOptions) => {
      const { name, since, illegitimate = [], unseen = false } = options;
      const ledger = await ledgerOfRunningStack(name);
      const inForce = await rulesInForce(ledger);
      const promotion = promotionOf(options);
      const rules = promoted(inForce.data, inForce.rules, promotion);
      const changed = changedMethods(inForce.data, rules);
      if (changed.length === 0) return console.log('Nothing of that is observed: there is nothing to enforce.');
      const report = await replayLedger({
        ledger,
        since: new Date(Date.now() - since * 1000),
        candidate: { wasm: policyWasm, data: bundledData(inForce.data, { rules }) },
        known: [{ wasm: policyWasm, data: inForce.data }],
        root: repositoryRoot,
      });
      const about = Object.fromEntries(changed.map((method) => [method, rules[method] ?? { observe: [] }]));
      const faults = promotionFaults(report, { rules: about, illegitimate, unseen });
      if (faults.length > 0) {
        throw new Error(`nothing is enforced:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
      }
      const revision = await publishRules(name, inForce, rules);
      const where = changed.map((method) => method.slice(1)).join(', ');
      console.log(`Enforced at ${where}, by policy bundle ${revision}; tried on ${report.reproduced} decisions.`);
    });
}

function promotionOf({ method, reason }: Pick<PromoteOptions, 'method' | 'reason'>): Promotion {
  return {
    method: method === undefined ? null : findMethod(accessGraph, method).method.fullName,
    reason: reason ?? null,
  };
}

/** Where less is observed than now. */
function changedMethods(data: Parameters<typeof observedBy>[0], rules: ReturnType<typeof promoted>): readonly string[] {
  return Object.entries(observedBy(data)).flatMap(([method, { observe }]) =>
    (rules[method]?.observe.length ?? observe.length) < observe.length ? [method] : [],
  );
}

function parseReason(value: string): string {
  if (!isObservableReason(value)) throw new InvalidArgumentError('no rule observes such a reason');
  return value;
}
