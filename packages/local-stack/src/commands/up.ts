import type { Command } from 'commander';
import { stateDirectoryOf } from '../stack/stack-record.ts';
import { defaultStackName, type StackSettings } from '../stack/stack-settings.ts';
import type { RunningStack } from '../stack/start-stack.ts';
import { startCommand } from '../stack/zt-command.ts';
import { describeStack } from './describe-stack.ts';
import { printDevelopmentNotice } from './development-notice.ts';
import { repositoryRoot } from './repository-root.ts';
import { findStartedStack } from './running-stack.ts';
import { showStart } from './show-start.ts';
import { addStackOptions, parseStackOptions } from './stack-options.ts';
import { startAttached } from './start-attached.ts';
import { startDetached } from './start-detached.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** What shells say of a program that Ctrl-C ended. */
const interrupted = 130;

export function registerUp(program: Command): void {
  addStackOptions(program.command('up'))
    .description('start everything, and stop it again with Ctrl-C')
    .option('--detach', 'return when it runs, and leave it running until zt down')
    .action(async (options) => {
      const settings = parseStackOptions(options);
      const startedAt = performance.now();
      if (await findStartedStack(settings.name))
        throw new Error(`the stack ${settings.name} runs already: see zt status`);
      if (settings.kind === 'embedded') {
        printDevelopmentNotice(startCommand('up', { kind: 'native', name: defaultStackName('native') }));
      }
      const detached = options.detach === true;
      const stack = detached ? await detach(settings) : await attach(settings);
      const found = await findStartedStack(settings.name);
      if (found === null) throw new Error('the stack does not answer');
      const { stateDirectory } = found;
      const seconds = (performance.now() - startedAt) / 1000;
      console.log(describeStack(found.status, { stateDirectory, detached, seconds, workingDirectory: process.cwd() }));
      if (stack === null) return;
      const error = await stack.ended;
      if (error !== null) throw error;
      console.log('Stopped. Nothing is left running.');
      // Connections of libraries that are kept for reuse would keep this process for seconds.
      process.exit(0);
    });
}

async function attach(settings: StackSettings): Promise<RunningStack> {
  const signals = stopOnSignal();
  try {
    return await startAttached(settings, signals);
  } catch (error) {
    if (!signals.signal.aborted) throw error;
    console.log('Given up. Nothing is left running.');
    return process.exit(interrupted);
  }
}

async function detach(settings: StackSettings): Promise<null> {
  const stateDirectory = stateDirectoryOf(repositoryRoot, settings.name);
  await showStart(settings.kind, (onStep) => startDetached(settings, stateDirectory, onStep));
  return null;
}
