import { accessGraph, createGraphObserver } from '@zt/access-graph';
import type { Command } from 'commander';
import { showObserved } from '../graph/show-observed.ts';
import { terminalStyle } from '../story/style.ts';
import { ledgerOfRunningStack } from './ledger-of-running-stack.ts';
import { parseSince } from './parse-since.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface ObservedOptions extends NameOption {
  /** Seconds. */
  readonly since?: number;
  readonly json?: boolean;
}

/** What the ledger of a running stack has seen of the access graph of this checkout. */
export function registerGraphObserved(graph: Command): void {
  addNameOption(graph.command('observed'))
    .description(
      'compare the graph with the ledger of a running stack: what is used, what never is, what is in no graph',
    )
    .option('--since <time>', 'only what was decided since then, such as 15m, 1h or 7d ago', parseSince)
    .option('--json', 'for programs')
    .addHelpText(
      'after',
      `
What nobody used in that time may be used at another. A call that was allowed and then refused inside its method
counts as both. From which method of the caller a call came is told by its trace, which nobody proves.`,
    )
    .action(async ({ name, since, json }: ObservedOptions) => {
      const ledger = await ledgerOfRunningStack(name);
      const observer = createGraphObserver(accessGraph);
      await ledger.each(since === undefined ? null : new Date(Date.now() - since * 1000), observer.see);
      const observed = observer.observed();
      if (json === true) console.log(JSON.stringify(observed, null, 2));
      else console.log(showObserved(observed, terminalStyle({ verbose: false })).join('\n'));
    });
}
