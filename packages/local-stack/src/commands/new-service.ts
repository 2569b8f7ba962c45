import { accessGraph } from '@zt/access-graph';
import type { NewService, Wish } from '@zt/new-service';
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
  const { newService } = await import('@zt/new-service');
  const started = performance.now();
  const made = await newService({
    root: repositoryRoot,
    graph: accessGraph,
    wish,
    despiteUncommittedChanges,
    onStep: (title) => console.log(picocolors.dim(`${title} …`)),
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(describe(made, seconds).join('\n'));
}

function describe({ plan, touched }: NewService, seconds: number): string[] {
  const { names, callers, callees, choices, methods } = plan;
  const [first] = methods;
  const files = touched ?? [];
  const data = JSON.stringify({
    ...(plan.database ? { [`${names.camel}Id`]: `${names.name}-0001` } : {}),
    ...Object.fromEntries(callees.map(({ field }) => [field.camel, {}])),
  });
  const isGateway = callers.includes(accessGraph.entryPoint);
  return [
    '',
    ...files.map(({ path, isNew }) => `${isNew ? picocolors.green('new    ') : picocolors.yellow('changed')} ${path}`),
    '',
    `${picocolors.bold(names.name)} is there, after ${seconds.toFixed(1)} s: ${files.filter(({ isNew }) => isNew).length} new files, ${files.filter(({ isNew }) => !isNew).length} changed.`,
    ...choices.map((choice) => `- ${choice}`),
    `- ${callers.join(' and ')} ${callers.length === 1 ? 'has' : 'have'} a client of it and may call; where in the code they do is for you to write`,
    ...(isGateway
      ? [`- ${accessGraph.entryPoint} has no new HTTP route: one is an entry in apps/gateway/src/operations.ts`]
      : []),
    '',
    picocolors.bold('Next'),
    `  pnpm --filter @zt/${names.name} test`,
    '  pnpm zt graph diff HEAD',
    '  pnpm zt up',
    `  pnpm zt call ${callers[0]} ${names.name}.${first?.name} --user alice --data '${data}'`,
    `Then make it yours: proto/${names.snake}/v1/${names.snake}.proto, apps/${names.name}, and its entry in packages/access-graph/src/access-graph.ts.`,
  ];
}

function listOf(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(',').map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== '')];
}
