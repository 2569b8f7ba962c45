import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { ProcessStatus, StackStatus } from '../control/stack-status.ts';
import { spellFaultInForce } from '../faults/faults-in-force.ts';
import { ztCommand } from '../stack/zt-command.ts';
import { listing } from '../story/layout.ts';
import { spellSeconds } from '../story/spell.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerStatus(program: Command): void {
  addNameOption(program.command('status'))
    .description('list the processes of a stack, with their ports and how long their certificates are still valid')
    .option('--json', 'for programs')
    .action(async ({ name, json }: NameOption & { readonly json?: boolean }) => {
      const status = await (await requireRunningStack(name)).readStatus();
      console.log(json === true ? JSON.stringify(status, null, 2) : statusTable(status, new Date()));
    });
}

export function statusTable(status: StackStatus, now: Date): string {
  // Of containers one knows since when they run, and no process id that means anything to people.
  const isOfContainers = status.processes.some(({ startedAt }) => startedAt !== undefined);
  const head = ['process', 'state', isOfContainers ? 'for' : 'pid', 'ports', 'restarts', 'certificate'];
  const rows = status.processes.map((process) => [
    process.name,
    stateCell(process),
    isOfContainers ? ageCell(process, now) : String(process.pid ?? ''),
    process.ports.join(' '),
    process.restarts === 0 ? '' : String(process.restarts),
    certificateCell(process, status, now),
  ]);
  const processes = listing(head, rows, { colors: picocolors });
  const { faults = [] } = status;
  if (faults.length === 0) return processes;
  const told = `Faults in force: ${faults.map(spellFaultInForce).join(', ')}.`;
  return `${processes}\n\n${picocolors.yellow(told)} Undone by: ${ztCommand('fault mend', status.name)}`;
}

function stateCell({ state, health }: ProcessStatus): string {
  if (state !== 'running') return picocolors.yellow(state);
  if (health === undefined || health === 'healthy') return picocolors.green(health ?? state);
  return picocolors.yellow(health);
}

/** How long it has been so. */
function ageCell({ state, startedAt, endedAt }: ProcessStatus, now: Date): string {
  const since = state === 'running' ? startedAt : endedAt;
  return since === undefined ? '' : spellSeconds(Math.round((now.getTime() - Date.parse(since)) / 1000));
}

/** A server's certificate is in the hands of whoever keeps its files. */
function certificateCell(process: ProcessStatus, status: StackStatus, now: Date): string {
  const held = [process, ...status.processes].flatMap(({ svids }) => svids);
  // A copy of a service has a number behind its name.
  const names = [process.name, process.name.replace(/-\d+$/, '')];
  const svid = held.find(({ spiffeId }) => names.some((name) => spiffeId.endsWith(`/sa/${name}`)));
  if (svid === undefined) return '';
  const seconds = Math.round((Date.parse(svid.notAfter) - now.getTime()) / 1000);
  return seconds > 0 ? `${svid.spiffeId}, ${seconds} s left` : picocolors.red(`${svid.spiffeId}, ended`);
}
