import { accessGraph } from '@zt/access-graph';
import { certificateServers, operatorName, trialName, workloadLabel } from '@zt/local-stack/compose';
import type { NamedService } from './compose-file.ts';
import { servicesOf } from './compose-file.ts';
import { type ComposeRule, ruleOfEach } from './compose-rule.ts';
import { isInProfile } from './kinds-of-service.ts';

const workloads = accessGraph.workloads.map(({ name }) => name as string);
/** What is tried there registers its own processes as workloads, and takes them back. */
const trials: readonly string[] = ['demo', 'e2e'];
/** A container beside each keeps its certificate current. */
const withKeeper: readonly string[] = certificateServers;

/** Who is taken for which workload. */
export const identityRules: readonly ComposeRule[] = [
  ruleOfEach('A container has the identity of its own name, and no other', (service) => {
    const label = service.labels[workloadLabel];
    if (label !== undefined && ![...workloads, trialName].includes(label))
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
  if (trials.includes(name)) return [trialName];
  if (isInProfile(service)) return [undefined, operatorName];
  const kept = /^(.+)-svid$/.exec(name)?.[1] ?? '';
  if (withKeeper.includes(kept)) return [kept];
  return [workloads.includes(name) && !withKeeper.includes(name) ? name : undefined];
}
