import { relative } from 'node:path';
import picocolors from 'picocolors';
import type { StackStatus } from '../control/stack-status.ts';
import { ztCommand } from '../stack/zt-command.ts';

/** What a person wants to know once a stack runs. */
export function describeStack(
  status: StackStatus,
  options: {
    readonly stateDirectory: string;
    readonly detached: boolean;
    readonly seconds: number;
    readonly workingDirectory: string;
  },
): string {
  const { bold, green, dim } = picocolors;
  const zt = (words: string): string => ztCommand(words, status.name);
  const state = relative(options.workingDirectory, options.stateDirectory) || options.stateDirectory;
  return [
    '',
    green(`The stack ${status.name} runs`) + dim(` (after ${options.seconds.toFixed(1)} s)`),
    '',
    `  place an order   ${bold(zt('order --user alice --sku tea-assam-100g --quantity 1'))}`,
    `  look at it       ${zt('status')}`,
    `  follow a log     ${zt('logs --follow order')}`,
    `  gateway          ${status.gatewayUrl}`,
    `  log in           ${status.issuerUrl}`,
    `  state and logs   ${state}`,
    `  stop             ${options.detached ? '' : 'Ctrl-C, or '}${zt('down')}`,
    '',
  ].join('\n');
}
