import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultStackKind, type StackKind, stackKinds, stackNameFor } from './stack-kind.ts';

export interface RunOptions {
  /** Where nobody chose one, that of the running stack of the chosen name. */
  readonly stack?: StackKind;
  readonly name?: string;
  readonly report?: string;
  readonly only?: string;
  readonly list: boolean;
  readonly trouble: boolean;
  readonly bypass: boolean;
  /** How often each kind of revocation is measured; undefined where none is. */
  readonly revocation?: number;
  readonly userIssuer: 'own' | 'dex';
}

/** The options of `e2e`, and what is done with them. */
export function createCommandLine(run: (options: RunOptions) => Promise<void>): Command {
  return new Command('e2e')
    .description(
      'Drives every allowed and every blocked path through a running stack and reads back what was recorded.',
    )
    .addOption(stackOption())
    .addOption(nameOption('e2e'))
    .option('--report <file>', 'write what was tried, expected and found as JSON; - is standard output')
    .option('--only <prefix>', 'only paths whose id starts with this, such as token/')
    .option('--list', 'print what has to come of each path and try none: no stack is needed', false)
    .option(
      '--trouble',
      'break the stack in every way instead, one after the other, and see it recover: on the native stack only',
      false,
    )
    .option(
      '--bypass',
      'forge every credential of every allowed call instead, with the keys of a stack of its own that is started for it',
      false,
    )
    .addOption(
      new Option(
        '--revocation [times]',
        'measure instead for how long a revoked session, a blocked user and a quarantined workload are let in; 50 times each',
      )
        .preset('50')
        .argParser(parseTimes),
    )
    .addOption(
      new Option('--user-issuer <issuer>', "who issues users' tokens; with Dex, the paths are those of users")
        .choices(['own', 'dex'])
        .default('own'),
    )
    .action(run);
}

function parseTimes(text: string): number {
  const times = Number(text);
  if (!Number.isInteger(times) || times < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return times;
}

/** No default of its own: what runs under the chosen name may be of any. */
export function stackOption(): Option {
  return new Option(
    '--stack <kind>',
    `the kind of stack; where none of the name runs, ${defaultStackKind} unless told otherwise`,
  ).choices(stackKinds);
}

export function nameOption(purpose: string): Option {
  const names = stackKinds.map((kind) => stackNameFor(purpose, kind)).join(' or ');
  return new Option(
    '--name <name>',
    `the stack to use, of containers its compose project; ${names} unless told otherwise; where none of that name runs, one is started and stopped`,
  );
}

/**
 * The kind of stack that these options want; undefined where either will do. Throws where the troubles are wanted on a stack
 * that lacks the processes which they break.
 */
export function wantedKind({ stack, trouble }: Pick<RunOptions, 'stack' | 'trouble'>): StackKind | undefined {
  if (!trouble || stack === 'native') return stack;
  if (stack === undefined) return 'native';
  throw new Error(
    `--trouble breaks the processes of SPIRE and Vault, which a stack of the kind ${stack} does not have: use --stack native`,
  );
}
