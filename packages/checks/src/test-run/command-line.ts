import { Command } from 'commander';

export interface TestOptions {
  readonly all: boolean;
  readonly containers: boolean;
}

export function createCommandLine(run: (options: TestOptions) => Promise<void>): Command {
  return new Command('test')
    .description(
      'Checks and tests every package, then drives every allowed and every blocked path through a running system: on the embedded stack, on the native one where its programs are at hand, and on one of containers where a Docker engine answers. Says what it left out.',
    )
    .option('--all', 'get the programs first that this machine lacks, so that nothing is left out', false)
    .option('--no-containers', 'leave out the paths on the stack of containers, also where a Docker engine answers')
    .action(run);
}
