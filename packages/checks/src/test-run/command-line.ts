import { Command } from 'commander';

export interface TestOptions {
  readonly all: boolean;
}

export function createCommandLine(run: (options: TestOptions) => Promise<void>): Command {
  return new Command('test')
    .description(
      'Checks and tests every package, then drives every allowed and every blocked path through a running system: on the embedded stack, and on the native one where its programs are at hand. Says what it left out.',
    )
    .option('--all', 'get the programs first that this machine lacks, so that nothing is left out', false)
    .action(run);
}
