import { relative } from 'node:path';
import picocolors from 'picocolors';
import type { StackStatus } from '../stack/stack-status.ts';

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
  const name = status.name === 'native' ? '' : ` --name ${status.name}`;
  const state = relative(options.workingDirectory, options.stateDirectory) || options.stateDirectory;
  return [
    '',
    green(`The stack ${status.name} runs`) + dim(` (after ${options.seconds.toFixed(1)} s)`),
    '',
    `  place an order   ${bold(`pnpm zt order${name} --user alice --sku tea-assam-100g --quantity 1`)}`,
    `  look at it       pnpm zt status${name}, pnpm zt logs${name} order --follow`,
    `  gateway          ${status.gatewayUrl}`,
    `  log in           ${status.issuerUrl}`,
    `  state and logs   ${state}`,
    `  stop             ${options.detached ? `pnpm zt down${name}` : `Ctrl-C, or pnpm zt down${name}`}`,
    '',
  ].join('\n');
}
