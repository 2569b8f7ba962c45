import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { descriptionPath, readStackDescription } from '../stack-description.ts';
import type { StackKind } from '../stack-kind.ts';
import type { UsedStack } from '../use-stack.ts';
import { commandLine } from '../zt-command.ts';
import { runNode } from './run-node.ts';
import type { Seam } from './seam.ts';
import { assertAllRead, repositoryRoot, writeCopies } from './write-copies.ts';

export interface SeamedStack {
  readonly name: string;
  readonly kind: Exclude<StackKind, 'compose'>;
  readonly seams: readonly Seam[];
  /** More options of `zt up`. */
  readonly options?: readonly string[];
}

/** The supervisor gives its processes the variables of this list only: the one that Node reads its options from comes to it. */
const handedOn: Seam = {
  file: 'packages/local-stack/src/supervisor/managed-process.ts',
  find: "for (const name of ['PATH', ",
  replace: "for (const name of ['NODE_OPTIONS', 'PATH', ",
};

/**
 * Starts a stack of its own whose programs are changed at these seams: its supervisor with what runs inside it, and its apps.
 * Throws where a seam changes nothing. What is started here is stopped by `release`, and never to be left to others.
 */
export async function startSeamedStack({ name, kind, seams, options = [] }: SeamedStack): Promise<UsedStack> {
  const description = descriptionPath(join(repositoryRoot, '.zt', name));
  const directory = join(repositoryRoot, '.zt', `${name}-seams`);
  if (existsSync(description)) throw new Error(`the stack ${name} runs already: end it with zt down --name ${name}`);
  await rm(directory, { recursive: true, force: true });
  const listFile = await writeCopies([handedOn, ...seams], directory);
  const hook = new URL(pathToFileURL(join(import.meta.dirname, 'apply-seams.ts')));
  hook.searchParams.set('copies', listFile);
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: `--import=${hook.href}` };
  let released: Promise<void> | null = null;
  const release = (): Promise<void> => {
    released ??= (async () => {
      await runNode([commandLine, 'down', '--name', name]);
      await rm(directory, { recursive: true, force: true });
    })();
    return released;
  };
  const stopWatching = onSignal(release);
  try {
    await runNode([commandLine, 'up', '--detach', '--stack', kind, '--name', name, ...options], env);
    await assertAllRead(listFile);
    const stack = await readStackDescription(description);
    return { stack, release: () => release().finally(stopWatching) };
  } catch (error) {
    stopWatching();
    await release().catch(() => undefined);
    throw error;
  }
}

/** Nobody else would stop what runs detached. Returns what ends that. */
function onSignal(release: () => Promise<void>): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const stop = (signal: NodeJS.Signals): void => {
    void release().finally(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}
