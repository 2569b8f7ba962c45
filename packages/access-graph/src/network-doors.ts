import type { GraphCallers } from './graph.ts';
import { oncePerGraph } from './once-per-graph.ts';
import { servicesWithDatabase, vaultLogins } from './vault-policies.ts';

/** Who has to be able to open a connection to a part of the system. Whoever is in no list needs none. */
export interface NetworkDoor {
  readonly callee: string;
  readonly callers: readonly string[];
}

const vault = 'vault';
const postgres = 'postgres';

/**
 * Every connection that the graph asks for: calls of any kind, health aside; logins at Vault and at Postgres, at which Vault
 * makes them; calls to third parties. Users come in at the entry point, from outside, and are in no list.
 */
export const networkDoors = oncePerGraph((graph): readonly NetworkDoor[] => {
  const withDatabase = servicesWithDatabase(graph).map(({ name }) => name);
  return [
    ...graph.services.map(({ name, methods }) =>
      door(
        name,
        methods.flatMap(({ callers }) => namesOf(callers)),
      ),
    ),
    door(vault, vaultLogins(graph)),
    door(postgres, [...withDatabase, vault]),
    ...graph.thirdParties.map((thirdParty) => {
      const holders = graph.services.filter(({ apiKeysOf }) => apiKeysOf.includes(thirdParty));
      return door(
        thirdParty,
        holders.map(({ name }) => name),
      );
    }),
  ];
});

function namesOf(callers: GraphCallers): readonly string[] {
  switch (callers.kind) {
    case 'users':
      return [];
    case 'third party':
      return [callers.name];
    case 'workloads':
      return callers.names;
  }
}

function door(callee: string, callers: readonly string[]): NetworkDoor {
  return { callee, callers: [...new Set(callers)].toSorted() };
}
