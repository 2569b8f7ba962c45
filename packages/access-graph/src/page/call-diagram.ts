import type { AccessGraph, GraphCallers, GraphMethod } from '../graph.ts';
import { type Arrow, flowchart, type Node } from './mermaid.ts';

/** Names of methods that fit beside an arrow; of more than these their number is said. */
const mostNames = 2;

const users: Node = { name: 'users', shape: 'people' };

/** Who may call whose methods. A dotted arrow is for calls that take no token: what counts is the caller's certificate. */
export function callDiagram(graph: AccessGraph): string {
  const arrows = graph.services.flatMap(({ name, methods }) => arrowsTo({ name, shape: 'workload' }, methods));
  return flowchart(
    [
      users,
      ...graph.thirdParties.map((name): Node => ({ name, shape: 'outside' })),
      ...graph.workloads.map(({ name }): Node => ({ name, shape: 'workload' })),
    ],
    arrows,
  );
}

function arrowsTo(to: Node, methods: readonly GraphMethod[]): Arrow[] {
  const found = new Map<string, Arrow & { readonly label: string[] }>();
  for (const method of methods) {
    const line = method.onBehalfOf === 'nobody' ? 'dotted' : 'solid';
    for (const from of callersIn(method.callers)) {
      const key = `${from.shape} ${from.name} ${line}`;
      const arrow = found.get(key) ?? { from, to, line, label: [] };
      arrow.label.push(method.shortName.split('.')[1] ?? method.shortName);
      found.set(key, arrow);
    }
  }
  return [...found.values()].map((arrow) => ({ ...arrow, label: shortened(arrow.label) }));
}

function callersIn(callers: GraphCallers): readonly Node[] {
  switch (callers.kind) {
    case 'users':
      return [users];
    case 'third party':
      return [{ name: callers.name, shape: 'outside' }];
    case 'workloads':
      return callers.names.map((name) => ({ name, shape: 'workload' }));
  }
}

function shortened(methods: readonly string[]): readonly string[] {
  return methods.length > mostNames ? [`${methods.length} methods`] : methods;
}
