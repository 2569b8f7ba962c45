import { rm } from 'node:fs/promises';
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
  const stateDirectory = join(repositoryRoot, '.zt', name);
  const directory = join(repositoryRoot, '.zt', `${name}-seams`);
  await rm(directory, { recursive: true, force: true });
  const listFile = await writeCopies([handedOn, ...seams], directory);
  const hook = new URL(pathToFileURL(join(import.meta.dirname, 'apply-seams.ts')));
  hook.searchParams.set('copies', listFile);
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: `--import=${hook.href}` };
  const down = async (): Promise<void> => {
    await runNode([commandLine, 'down', '--name', name]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await runNode([commandLine, 'up', '--detach', '--stack', kind, '--name', name, ...options], env);
    await assertAllRead(listFile);
    return { stack: await readStackDescription(descriptionPath(stateDirectory)), release: down };
  } catch (error) {
    await down().catch(() => undefined);
    throw error;
  }
}
