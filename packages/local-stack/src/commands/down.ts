import type { Command } from 'commander';
import { waitUntil } from '../supervisor/wait-until.ts';
import { findStartedStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

const endTimeoutMs = 20_000;

export function registerDown(program: Command): void {
  addNameOption(program.command('down'))
    .description('stop a stack; what it knows stays in its state folder')
    .action(async ({ name }: NameOption) => {
      const found = await findStartedStack(name);
      if (found === null) {
        console.log(`The stack ${name} does not run.`);
        return;
      }
      await found.control.stop();
      await waitUntil('the supervisor ends', async () => ((await found.control.status()) === null ? true : null), {
        timeoutMs: endTimeoutMs,
      });
      console.log(`The stack ${name} has stopped. Nothing is left running.`);
    });
}
