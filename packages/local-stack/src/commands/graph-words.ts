import { accessGraph, blastRadius, explainMethod, graphDiff } from '@zt/access-graph';
import type { Command } from 'commander';
import { readGraphOfRevision } from '../graph/read-graph-of-revision.ts';
import { showBlastRadius } from '../graph/show-blast-radius.ts';
import { showChanges } from '../graph/show-changes.ts';
import { showExplanation } from '../graph/show-explanation.ts';
import { showGraph } from '../graph/show-graph.ts';
import { terminalStyle } from '../story/style.ts';
import { repositoryRoot } from './repository-root.ts';

interface JsonOption {
  readonly json?: boolean;
}

const style = terminalStyle({ verbose: false });

/** What the access graph of this checkout says, in words. */
export function registerGraphWords(graph: Command): void {
  graph
    .command('show')
    .description('show every service: its methods, who calls them, for whom, with which scopes and limits; its data')
    .option('--json', 'the whole graph, for programs')
    .action(({ json }: JsonOption) => print(json, accessGraph, showGraph(accessGraph, style)));
  graph
    .command('explain')
    .description('say who may call a method, for whom and by which way, what it asks for, and where each is enforced')
    .argument('<method>', 'such as payment.AuthorizePayment, or payment.v1.PaymentService/AuthorizePayment')
    .option('--json', 'for programs')
    .action((method: string, { json }: JsonOption) => {
      const explanation = explainMethod(accessGraph, method);
      print(json, explanation, showExplanation(explanation, style));
    });
  graph
    .command('blast-radius')
    .description('say what somebody who owns a workload reaches, and what stops them there')
    .argument('<workload>', 'such as order')
    .option('--json', 'for programs')
    .action((workload: string, { json }: JsonOption) => {
      const radius = blastRadius(accessGraph, workload);
      print(json, radius, showBlastRadius(radius, style));
    });
  graph
    .command('diff')
    .description('say what is allowed in this checkout and was not in a git revision, and the other way round')
    .argument('<revision>', 'whatever git knows: a branch, a tag, a commit, HEAD~1')
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      '\n+ is more that is allowed, - is less. Differences are no failure: the exit code is 0 with and without.',
    )
    .action(async (revision: string, { json }: JsonOption) => {
      const changes = graphDiff(await readGraphOfRevision(repositoryRoot, revision), accessGraph);
      const nothing = [`The access graph allows what it allowed at ${revision}.`];
      print(json, changes, changes.length === 0 ? nothing : showChanges(changes, style));
    });
}

function print(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  console.log(json === true ? JSON.stringify(value, null, 2) : lines.join('\n'));
}
