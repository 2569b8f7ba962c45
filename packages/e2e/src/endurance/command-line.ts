import { Command, InvalidArgumentError } from 'commander';
import { nameOption, stackOption } from '../command-line.ts';
import type { StackKind } from '../stack-kind.ts';

export interface EnduranceOptions {
  /** Where nobody chose one, that of the running stack of the chosen name. */
  readonly stack?: StackKind;
  readonly name?: string;
  readonly minutes: number;
  readonly concurrency: number;
  readonly kill: boolean;
  /** Whether clients send an order again and again where somebody disturbs the stack: they do where `kill` is on. */
  readonly patient: boolean;
  readonly rotateApiKey: boolean;
  readonly report?: string;
}

export function createCommandLine(run: (options: EnduranceOptions) => Promise<void>): Command {
  return new Command('endurance')
    .description('Lets orders flow through a running stack for minutes, and then checks that its books agree.')
    .addOption(stackOption())
    .addOption(nameOption('endurance'))
    .option('--minutes <count>', 'how long', parseCount, 10)
    .option('--concurrency <count>', 'how many orders at a time', parseCount, 8)
    .option('--kill', 'kill every part of the stack in turn; clients then send an order again with the same key', false)
    .option('--patient', 'clients send an order again with the same key, since somebody else disturbs the stack', false)
    .option('--rotate-api-key', "replace the card network's API key while orders flow", false)
    .option('--report <file>', 'write all figures as JSON; - writes them to standard output instead of tables')
    .action(run);
}

function parseCount(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError('a whole number from 1 on is wanted');
  return Number(value);
}
