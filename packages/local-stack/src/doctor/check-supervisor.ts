import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FaultInForce, spellFaultInForce } from '../faults/faults-in-force.ts';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** A supervisor renews its lock more often than that. */
const staleMs = 10_000;

/** Whether the stack runs at all, and what a supervisor that died has left behind. */
export async function checkSupervisor(stack: ExaminedStack): Promise<Finding[]> {
  const { record, status, stateDirectory, now, start } = stack;
  if (record === null) {
    return [{ subject: 'stack', what: 'was never started', since: null, todo: `start it with ${start}` }];
  }
  if (status !== null) {
    if (status.phase === 'running') return (status.faults ?? []).map((fault) => findingOf(fault, stack));
    const todo = 'wait a moment, and ask again';
    return [{ subject: 'stack', what: `is ${status.phase}`, since: status.startedAt, todo }];
  }
  const lockedAt = await stat(join(stateDirectory, 'up.lock')).then(
    ({ mtime }) => mtime,
    () => null,
  );
  if (lockedAt === null) {
    return [{ subject: 'stack', what: 'does not run', since: null, todo: `start it with ${start}` }];
  }
  const isStale = now.getTime() - lockedAt.getTime() > staleMs;
  return [
    {
      subject: 'stack',
      what: isStale
        ? 'does not run: its supervisor died and left its lock behind, which the next start takes over'
        : 'has a supervisor that does not answer: it is suspended, or has ended a moment ago',
      since: isStale ? lockedAt.toISOString() : null,
      todo: isStale ? `start it with ${start}` : `ask again in ten seconds; then ${start}`,
    },
  ];
}

/** Somebody asked for it: it may be seen by nobody for long, as a stream that hangs while certificates are young. */
function findingOf(fault: FaultInForce, { command }: ExaminedStack): Finding {
  const what = `has a fault in force: ${spellFaultInForce(fault)}`;
  return { subject: 'stack', what, since: null, todo: `end it with ${command('fault mend')}` };
}
