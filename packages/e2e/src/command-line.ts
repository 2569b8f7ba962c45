import { Command, Option } from 'commander';

export interface RunOptions {
  readonly stack: 'native';
  readonly name: string;
  readonly report?: string;
  readonly only?: string;
  readonly trouble: boolean;
  readonly userIssuer: 'own' | 'dex';
}

/** The options of `e2e`, and what is done with them. */
export function createCommandLine(run: (options: RunOptions) => Promise<void>): Command {
  return new Command('e2e')
    .description(
      'Drives every allowed and every blocked path through a running stack and reads back what was recorded.',
    )
    .addOption(new Option('--stack <kind>', 'the kind of stack').choices(['native']).default('native'))
    .option(
      '--name <name>',
      'the stack to use; where none of that name runs, one is started, and stopped afterwards',
      'e2e',
    )
    .option('--report <file>', 'write what was tried, expected and found as JSON')
    .option('--only <prefix>', 'only paths whose id starts with this, such as token/')
    .option('--trouble', 'break the stack in every way instead, one after the other, and see it recover', false)
    .addOption(
      new Option('--user-issuer <issuer>', "who issues users' tokens; with Dex, the paths are those of users")
        .choices(['own', 'dex'])
        .default('own'),
    )
    .action(run);
}
