import { type Command, InvalidArgumentError } from 'commander';
import { table } from 'table';
import type { Fault } from '../faults/fault.ts';
import { faults } from '../faults/faults.ts';
import { spellFaultInForce } from '../faults/faults-in-force.ts';
import { ztCommand } from '../stack/zt-command.ts';
import { findStartedStack, requireStartedStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

interface FaultOptions extends NameOption {
  readonly for?: number;
  readonly seconds?: number;
  readonly ms?: number;
}

/** Each fault of the table is a command of its own: what it takes is checked, and shown by its help. */
export function registerFault(program: Command): void {
  const command = program
    .command('fault')
    .description('make something go wrong in a running stack, to see what comes of it; `list` says what there is');
  for (const fault of faults) registerOne(command, fault);
  addNameOption(command.command('mend'))
    .description('undo all faults that last')
    .action(async ({ name }: NameOption) => {
      const mended = await (await requireStartedStack(name)).control.mend();
      console.log(
        mended.length === 0 ? 'There was nothing to mend.' : `Mended: ${mended.map(spellFaultInForce).join(', ')}.`,
      );
    });
  addNameOption(command.command('list'))
    .description('show every fault, what one sees of it and how it comes right, and those in force')
    .action(async ({ name }: NameOption) => {
      console.log(tableOf(faults));
      const inForce = (await (await findStartedStack(name))?.control.faults()) ?? [];
      if (inForce.length > 0) console.log(`\nIn force in ${name}: ${inForce.map(spellFaultInForce).join(', ')}.`);
    });
}

function registerOne(parent: Command, fault: Fault): void {
  const { name, workload, amount, lasting, does, shows, recovers } = fault;
  const onlyEmbedded = fault.stack === 'embedded' ? ' (only with --stack embedded)' : '';
  const command = addNameOption(parent.command(name))
    .description(`${does}${onlyEmbedded}`)
    .addHelpText('after', `\nWhat one sees: ${plain(shows)}.\nHow it comes right: ${plain(recovers)}.`);
  if (workload !== 'none') command.argument(workload === 'one' ? '<workload>' : '[workload]', 'such as order');
  if (amount !== null) command.option(`--${amount.option} <count>`, amount.meaning, parseWhole, amount.usual);
  if (lasting !== null) {
    const otherwise = lasting.usualSeconds === null ? 'until it is mended' : 'for a moment';
    command.option('--for <seconds>', `how long it lasts; ${otherwise} where nothing is said`, parseWhole);
  }
  command.action(async (...given: readonly unknown[]) => {
    const { control, status } = await requireStartedStack(command.opts<FaultOptions>().name);
    const told = await control.fault(requestOf(fault, given, command.opts<FaultOptions>()));
    console.log(
      `${name}${told.workload === null ? '' : ` ${told.workload}`}: ${does}.\nWhat one sees: ${plain(shows)}.\nHow it comes right: ${plain(recovers)}.`,
    );
    if (lasting === null || lasting.usualSeconds === 0) return;
    console.log(
      told.until === null
        ? `Undone by: ${ztCommand('fault mend', status.name)}`
        : `Undone at ${told.until}, or by: ${ztCommand('fault mend', status.name)}`,
    );
  });
}

function requestOf({ name, workload, amount }: Fault, given: readonly unknown[], options: FaultOptions) {
  const [first] = given;
  return {
    fault: name,
    ...(workload !== 'none' && typeof first === 'string' ? { workload: first } : {}),
    ...(amount === null ? {} : { amount: options[amount.option] ?? amount.usual }),
    ...(options.for === undefined ? {} : { forSeconds: options.for }),
  };
}

/** The table is written for pages. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function tableOf(all: readonly Fault[]): string {
  const rows = all.map((fault) => [fault.name, fault.does, plain(fault.shows), plain(fault.recovers)]);
  return table([['fault', 'what it does', 'what one sees', 'how it comes right'], ...rows], {
    columns: [{}, { width: 28, wrapWord: true }, { width: 46, wrapWord: true }, { width: 24, wrapWord: true }],
    drawVerticalLine: () => false,
    drawHorizontalLine: (index) => index === 1,
    columnDefault: { paddingLeft: 0, paddingRight: 2, verticalAlignment: 'top' },
  }).trimEnd();
}

function parseWhole(value: string): number {
  if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError('a whole number is wanted');
  return Number(value);
}
