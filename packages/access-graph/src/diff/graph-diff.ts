import type { AccessGraph } from '../graph.ts';
import { changesOfLists, type GraphChange, less, more, other } from './graph-change.ts';
import { changesOfCalls } from './graph-diff-calls.ts';
import { changesOfData } from './graph-diff-data.ts';
import { changesOfRules } from './graph-diff-rules.ts';

/** What is allowed in one graph and not in the other, in words; none where they mean the same. */
export function graphDiff(before: AccessGraph, after: AccessGraph): GraphChange[] {
  return [
    ...changesOfNames(before, after),
    ...changesOfCalls(before, after),
    ...changesOfRules(before, after),
    ...changesOfData(before, after),
  ];
}

function changesOfNames(before: AccessGraph, after: AccessGraph): GraphChange[] {
  const namesOf = (graph: AccessGraph) => graph.workloads.map(({ name }) => name);
  return [
    ...changed(before.trustDomain, after.trustDomain, 'the trust domain'),
    ...changed(before.entryPoint, after.entryPoint, 'the entry point for users'),
    ...changesOfLists(namesOf(before), namesOf(after), {
      added: (name) => more(`${name} is a workload now, with an identity of its own`),
      removed: (name) => less(`${name} is no workload any more`),
    }),
    ...changesOfLists(before.thirdParties, after.thirdParties, {
      added: (name) => more(`${name} is a third party now`),
      removed: (name) => less(`${name} is no third party any more`),
    }),
    ...after.workloads.flatMap(({ name, dnsNames }) => {
      const known = before.workloads.find((workload) => workload.name === name);
      if (known === undefined) return [];
      return changesOfLists(known.dnsNames, dnsNames, {
        added: (dnsName) => more(`${name} now has the DNS name ${dnsName}`),
        removed: (dnsName) => less(`${name} no longer has the DNS name ${dnsName}`),
      });
    }),
  ];
}

function changed(before: string, after: string, what: string): GraphChange[] {
  return before === after ? [] : [other(`${what} is ${after} now, and was ${before}`)];
}
