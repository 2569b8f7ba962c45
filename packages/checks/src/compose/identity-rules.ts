import { accessGraph } from '@zt/access-graph';
import type { NamedService } from './compose-file.ts';
import { servicesOf } from './compose-file.ts';
import { type ComposeRule, ruleOfEach } from './compose-rule.ts';
import { isInProfile, workloadLabel } from './kinds-of-service.ts';

const workloads = accessGraph.workloads.map(({ name }) => name as string);
const operator = 'operator';
/** Nobody by itself; what is tried there registers its own processes, and takes them back. */
const trial = 'trial';
const trials: readonly string[] = ['demo', 'e2e'];
/** Servers that read their certificate from files, which a container beside them keeps current. */
const withKeeper: readonly string[] = ['postgres', 'vault'];

/** Who is taken for which workload. */
export const identityRules: readonly ComposeRule[] = [
  ruleOfEach('A container has the identity of its own name, and no other', (service) => {
    const label = service.labels[workloadLabel];
    if (label !== undefined && ![...workloads, trial].includes(label))
      return `is labelled as ${label}, which nobody knows`;
    return mayBe(service).includes(label)
      ? null
      : `is ${label === undefined ? 'labelled as nobody' : `labelled as ${label}`}`;
  }),
  {
    title: 'Every workload of the access graph has a container that is labelled so',
    faults(file) {
      const labelled = new Set(servicesOf(file).map(({ labels }) => labels[workloadLabel]));
      return workloads.filter((name) => !labelled.has(name)).map((name) => `${name}: nobody is labelled so`);
    },
  },
];

/** The labels that a container may have; undefined stands for none. */
function mayBe(service: NamedService): readonly (string | undefined)[] {
  const { name } = service;
  if (trials.includes(name)) return [trial];
  if (isInProfile(service)) return [undefined, operator];
  const kept = /^(.+)-svid$/.exec(name)?.[1] ?? '';
  if (withKeeper.includes(kept)) return [kept];
  return [workloads.includes(name) && !withKeeper.includes(name) ? name : undefined];
}
