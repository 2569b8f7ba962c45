import { expect, it } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { findMethod } from '../find-method.ts';
import { policyData } from '../policy-data.ts';
import { spiffeIdOf } from '../spiffe-id-of.ts';
import { blastRadius } from './blast-radius.ts';

const workloads = accessGraph.workloads.map(({ name }) => name);

it.each(workloads)('tells for everything that %s reaches what stops it', (name) => {
  const { parts } = blastRadius(accessGraph, name);
  expect(parts.filter(({ stops }) => stops.length === 0)).toEqual([]);
});

it.each(workloads)('says of %s just the calls that policy allows it, and the doors that they need', (name) => {
  const rules = Object.entries(policyData(accessGraph).graph.methods);
  const allowed = rules.filter(([, { callers }]) => isList(callers) && callers.includes(spiffeIdOf(accessGraph, name)));
  const calls = blastRadius(accessGraph, name).parts.find(({ about }) => about === 'calls')?.reaches ?? [];
  expect(calls.map(({ what }) => findMethod(accessGraph, what).method.fullName)).toEqual(allowed.map(([rule]) => rule));
  const doors = blastRadius(accessGraph, name)
    .parts.filter(({ about }) => about === 'network doors')
    .flatMap(({ reaches }) => reaches.map(({ what }) => what));
  for (const { what } of calls) expect(doors).toContain(findMethod(accessGraph, what).service.name);
});

function isList(callers: unknown): callers is readonly string[] {
  return Array.isArray(callers);
}
