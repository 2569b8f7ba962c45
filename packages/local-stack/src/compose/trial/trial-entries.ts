import { join } from 'node:path';
import { accessGraph, serviceNames } from '@zt/access-graph';
import { operatorName } from '../../operator/operator-name.ts';
import type { RegistrationEntry, StoredEntry } from '../../spire/registration-entry.ts';
import { workloadEntries } from '../../spire/workload-entries.ts';
import { containerWorkloads, trialName, workloadLabel } from '../container-workloads.ts';
import { places } from '../places.ts';

/** Whom a trial acts as. */
const names: readonly string[] = [...serviceNames, operatorName];

/**
 * Entries by which the processes of one container are workloads, each by the program that it runs: what somebody could do
 * who had taken one over is tried with them. They name every label of that container, so that they count in no other.
 * Throws where it is no container of a trial.
 */
export function trialEntries(
  labels: Readonly<Record<string, string>>,
  options: { readonly svidTtlSeconds: number; readonly until: Date },
): RegistrationEntry[] {
  if (labels[workloadLabel] !== trialName) throw new Error('nobody but a trial may act as a workload');
  const ofContainer = Object.entries(labels).map(([name, value]) => ({
    type: 'docker',
    value: `label:${name}:${value}`,
  }));
  const workloads = containerWorkloads(accessGraph).filter(({ name }) => names.includes(name));
  const entries = workloadEntries(workloads, {
    trustDomain: accessGraph.trustDomain,
    svidTtlSeconds: options.svidTtlSeconds,
    selectorsOf: ({ name }) => [...ofContainer, { type: 'unix', value: `path:${join(places.workloadPrograms, name)}` }],
  });
  return entries.map((entry) => ({ ...entry, entryExpiry: Math.floor(options.until.getTime() / 1000) }));
}

/** Whether an entry is one of a trial that may still be going on: it ends by itself, and counts in one container only. */
export function isOfTrial(
  { selectors, expires_at: end }: Pick<RegistrationEntry, 'selectors'> & Pick<StoredEntry, 'expires_at'>,
  now: Date,
): boolean {
  const isLabelled = selectors.some(({ value }) => value === `label:${workloadLabel}:${trialName}`);
  return isLabelled && end * 1000 > now.getTime();
}
