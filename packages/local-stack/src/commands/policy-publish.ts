import { readFile } from 'node:fs/promises';
import { accessGraph } from '@zt/access-graph';
import type { Command } from 'commander';
import { parseRules } from '../policy/parse-rules.ts';
import { observedBy } from '../policy/rules-in-force.ts';
import { ledgerOfRunningStack } from './ledger-of-running-stack.ts';
import { publishRules, rulesInForce } from './policy-bundles.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

/** What rules observe on a running stack, and how that is changed. */
export function registerPolicyPublish(policy: Command): void {
  addNameOption(policy.command('show'))
    .description('list what rules observe instead of refusing for it, on a running stack')
    .option('--json', 'for programs')
    .action(async ({ name, json }: NameOption & { readonly json?: boolean }) => {
      const { revision, data } = await rulesInForce(await ledgerOfRunningStack(name));
      const rules = observedBy(data);
      if (json === true) console.log(JSON.stringify({ revision, rules }, null, 2));
      else for (const line of showRules(revision, rules)) console.log(line);
    });
  addNameOption(policy.command('publish'))
    .description('sign what rules observe with the operator’s SVID, and have every service take it')
    .argument('<file>', 'JSON such as { "order.PlaceOrder": { "observe": ["rate_exceeded"] } }')
    .addHelpText(
      'after',
      `
It takes the place of all that was published before: a rule that the file leaves out is as the access graph has it, so
that {} goes back to the graph. Who took it, or refused it, is in the ledger.`,
    )
    .action(async (file: string, { name }: NameOption) => {
      const rules = parseRules(accessGraph, await readFile(file, 'utf8'));
      const revision = await publishRules(name, await rulesInForce(await ledgerOfRunningStack(name)), rules);
      console.log(`Policy bundle ${revision} is published.`);
    });
}

function showRules(revision: number, rules: ReturnType<typeof observedBy>): string[] {
  const bundle = revision === 0 ? 'No policy bundle was published.' : `Policy bundle ${revision} is the last one.`;
  const lines = Object.entries(rules).map(([method, { observe }]) => `  ${method.slice(1)}  ${observe.join(', ')}`);
  return [
    bundle,
    ...(lines.length === 0 ? ['Every rule is enforced whole.'] : ['Observed, and not refused for:', ...lines]),
  ];
}
