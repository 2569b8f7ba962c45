import { Command, InvalidArgumentError, Option } from 'commander';
import { nameOption } from '../command-line.ts';
import { defaultStackKind, type StartableKind, startableKinds } from '../stack-kind.ts';

export interface AbuseOptions {
  readonly stack: StartableKind;
  readonly name?: string;
  readonly seconds: number;
  readonly only: string;
  readonly list: boolean;
  readonly report?: string;
}

export function createCommandLine(run: (options: AbuseOptions) => Promise<void>): Command {
  return new Command('abuse')
    .description(
      'Floods a service of a running stack in every way, one after the other, while people use the shop, and shows its memory.',
    )
    .addOption(new Option('--stack <kind>', 'the kind of stack').choices(startableKinds).default(defaultStackKind))
    .addOption(nameOption('abuse'))
    .option('--seconds <count>', 'how long each attack goes on, 10 at most', parseSeconds, 5)
    .option('--only <prefix>', 'only attacks whose name starts with this', '')
    .option('--list', 'print what each attack does, and make none', false)
    .option('--report <file>', 'write all figures as JSON; - writes them to standard output instead of a table')
    .action(run);
}

function parseSeconds(value: string): number {
  if (!/^([1-9]|10)$/.test(value)) throw new InvalidArgumentError('a whole number from 1 to 10 is wanted');
  return Number(value);
}
