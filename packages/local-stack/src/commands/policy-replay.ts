import { accessGraph, policyData } from '@zt/access-graph';
import { bundledData } from '@zt/kit/policy-bundle';
import { policyWasm } from '@zt/policy';
import { type Command, Option } from 'commander';
import { type Policy, readPolicyOfCheckout, readPolicyOfRevision } from '../policy/read-policy.ts';
import { replayLedger } from '../policy/replay-ledger.ts';
import { readBundle } from '../policy/rules-in-force.ts';
import { showReplay } from '../policy/show-replay.ts';
import { terminalStyle } from '../story/style.ts';
import { ledgerOfRunningStack } from './ledger-of-running-stack.ts';
import { parseSince } from './parse-since.ts';
import { repositoryRoot } from './repository-root.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface ReplayOptions extends NameOption {
  readonly revision?: string;
  readonly graph?: string;
  /** Seconds. */
  readonly since?: number;
  readonly json?: boolean;
}

/** What would have been decided otherwise by another policy. */
export function registerPolicyReplay(policy: Command): void {
  addNameOption(policy.command('replay'))
    .description('make the decisions of the ledger again with the policy of this checkout, and list what would flip')
    .addOption(new Option('--revision <revision>', 'with the policy of this git revision').conflicts('graph'))
    .option('--graph <checkout>', 'with the policy of another checkout, as its files are now')
    .option('--since <time>', 'only what was decided since then, such as 15m, 1h or 7d ago', parseSince)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `
Each decision is first made again with the policy that made it, which is looked for in this checkout and its git history;
what does not come out as it is on record is told, and not tried. The other policy has the modes of the policy bundle
that is in force. Flips are no failure: the exit code is 0 with and without.`,
    )
    .action(async ({ name, since, json, ...from }: ReplayOptions) => {
      const ledger = await ledgerOfRunningStack(name);
      const report = await replayLedger({
        ledger,
        since: since === undefined ? null : new Date(Date.now() - since * 1000),
        candidate: withBundle(await candidateOf(from), (await ledger.bundles()).at(-1)),
        known: [policyHere],
        root: repositoryRoot,
      });
      if (json === true) console.log(JSON.stringify(report, null, 2));
      else console.log(showReplay(report, terminalStyle({ verbose: false })).join('\n'));
    });
}

const policyHere: Policy = { wasm: policyWasm, data: policyData(accessGraph) };

async function candidateOf({ revision, graph }: Pick<ReplayOptions, 'revision' | 'graph'>): Promise<Policy> {
  if (revision !== undefined) return await readPolicyOfRevision(repositoryRoot, revision);
  return graph === undefined ? policyHere : await readPolicyOfCheckout(graph);
}

/** As services would have it: they go on with the last bundle, unless it is not for this policy. */
function withBundle({ wasm, data }: Policy, last: string | undefined): Policy {
  try {
    return { wasm, data: last === undefined ? data : bundledData(data, readBundle(last)) };
  } catch {
    console.error('zt: the policy bundle in force is not for that policy, and would be refused');
    return { wasm, data };
  }
}
