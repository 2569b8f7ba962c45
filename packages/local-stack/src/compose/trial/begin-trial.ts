import { hostname } from 'node:os';
import { createEngineClient } from '@zt/container-engine';
import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { trialHasBegun } from '@zt/e2e/trial';
import { containerSpireServer } from '../container-spire-server.ts';
import { holdTrial } from './hold-trial.ts';
import { trialEntries } from './trial-entries.ts';

/** Longer than any story; what is left over is over then. */
const longestMs = 2 * 3_600_000;

/** Lets the processes of this container act as workloads, until standard input ends. */
export async function beginTrial(svidTtlSeconds: number): Promise<void> {
  const enclosing = enclosingStack();
  const labels = enclosing === null ? null : await createEngineClient(enclosing.engineSocket).labelsOf(hostname());
  if (labels === null) throw new Error('a trial is made in a container of the stack');
  // Ctrl-C reaches every process: whoever holds on to this one ends first, and lets go.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  await holdTrial({
    server: containerSpireServer(),
    entries: trialEntries(labels, { svidTtlSeconds, until: new Date(Date.now() + longestMs) }),
    holder: process.stdin,
    onRegistered: () => console.log(trialHasBegun),
  });
}
