import type { AccessGraph } from '../graph.ts';
import { servicesWithDatabase, vaultLogins } from '../vault-policies.ts';
import { type Arrow, flowchart, type Node } from './mermaid.ts';

const vault: Node = { name: 'vault', shape: 'workload' };

/** Who reaches which database, logs in to Vault, and calls a third party with an API key. */
export function dataDiagram(graph: AccessGraph): string {
  const withDatabase = servicesWithDatabase(graph);
  const logins = vaultLogins(graph).map(workload);
  const arrows: readonly Arrow[] = [
    ...logins.map((from) => arrow(from, vault)),
    ...withDatabase.map(({ name, tables }) => {
      return arrow(workload(name), store(name), `${tables?.length} ${tables?.length === 1 ? 'table' : 'tables'}`);
    }),
    ...withDatabase.flatMap(({ name, apiKeysOf }) =>
      apiKeysOf.map((other) => arrow(workload(name), outside(other), 'with an API key')),
    ),
    ...withDatabase.map(({ name }): Arrow => ({ ...arrow(vault, store(name), 'makes logins'), line: 'dotted' })),
  ];
  return flowchart(
    [...logins, vault, ...withDatabase.map(({ name }) => store(name)), ...graph.thirdParties.map(outside)],
    arrows,
  );
}

function workload(name: string): Node {
  return { name, shape: 'workload' };
}

function store(name: string): Node {
  return { name, shape: 'store' };
}

function outside(name: string): Node {
  return { name, shape: 'outside' };
}

function arrow(from: Node, to: Node, ...label: readonly string[]): Arrow {
  return { from, to, line: 'solid', label };
}
