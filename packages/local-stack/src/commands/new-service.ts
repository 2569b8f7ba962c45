import { accessGraph } from '@zt/access-graph';
import type { Wish } from '@zt/new-service';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import { repositoryRoot } from './repository-root.ts';

interface NewServiceFlags {
  readonly calls?: readonly string[];
  readonly calledBy?: readonly string[];
  readonly database: boolean;
  readonly despiteUncommittedChanges?: boolean;
}

export function registerNewService(program: Command): void {
  program
    .command('new')
    .description('write a new part of the system into this checkout')
    .command('service')
    .description(
      'write a new service: contract, app with tests, database, access rules, and all that follows from them',
    )
    .argument('<name>', 'such as shipping')
    .option('--calls <who>', 'services that it calls, or methods of them: inventory,payment.RefundPayment', listOf)
    .option('--called-by <who>', 'services that call it, or methods of them: order,payment.CapturePayment', listOf)
    .option('--no-database', 'it keeps nothing')
    .option('--despite-uncommitted-changes', 'write into a tree that has changes already')
    .action(async (name: string, flags: NewServiceFlags) => {
      const { calls = [], calledBy = [], database } = flags;
      await run({ name, calls, calledBy, database }, flags.despiteUncommittedChanges === true);
    });
}

async function run(wish: Wish, despiteUncommittedChanges: boolean): Promise<void> {
  // What edits code brings a whole compiler, and no other verb needs it.
  const { describeNewService, newService } = await import('@zt/new-service');
  const started = performance.now();
  const made = await newService({
    root: repositoryRoot,
    graph: accessGraph,
    wish,
    despiteUncommittedChanges,
    onStep: (title) => console.log(picocolors.dim(`${title} …`)),
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(describeNewService(made, { entryPoint: accessGraph.entryPoint, seconds }).join('\n'));
}

function listOf(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== '')];
}
