import type { DecisionRecord } from '@zt/kit/audit';
import type { Command } from 'commander';
import { showTrace } from '../story/show-trace.ts';
import { terminalStyle } from '../story/style.ts';
import { ledgerOfRunningStack } from './ledger-of-running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface TraceOptions extends NameOption {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function registerTrace(program: Command): void {
  addNameOption(program.command('trace'))
    .description('show what the ledger has of an order, hop by hop: who called, on whose behalf, why it was allowed')
    .argument('<order-id>')
    .option('--verbose', 'whole SPIFFE IDs, serial numbers and lease ids')
    .option('--json', 'the decision records, for programs')
    .action(async (orderId: string, { name, json = false, verbose = false }: TraceOptions) => {
      const ledger = await ledgerOfRunningStack(name);
      const traces = await ledger.traces(orderId);
      if (traces.length === 0) throw new Error(`the ledger has nothing about an order ${orderId}`);
      if (json) console.log(JSON.stringify(traces.flat(), null, 2));
      else for (const records of traces) console.log(showRequest(records, verbose).join('\n'));
    });
}

function showRequest(records: readonly DecisionRecord[], verbose: boolean): string[] {
  const style = terminalStyle({ verbose });
  const [first] = records;
  return [style.colors.bold(`${first?.time}  trace ${first?.traceId}`), '', ...showTrace(records, style)];
}
