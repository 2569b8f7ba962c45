import {
  type AccessGraph,
  networkDoors,
  policyData,
  postgresSetup,
  vaultCertRoles,
  vaultDatabaseRoles,
  vaultPolicies,
  workloadIdentities,
} from '@zt/access-graph';
import { generatedFiles } from '@zt/access-graph/generated-files';
import { createOpaAuthorizer } from '@zt/kit/authz';
import { policyWasm } from '@zt/policy';

const leaseSeconds = 60;

/** What is made from a graph once it is defined, by what it is called in the report. */
export function stepsOf(graph: AccessGraph): Readonly<Record<string, () => unknown>> {
  const data = policyData(graph);
  // What is kept of a graph that was asked before counts for none.
  const fresh = (): AccessGraph => ({ ...graph });
  const databases = graph.services.filter(({ tables }) => tables !== null);
  return {
    'make the policy data': () => policyData(fresh()),
    "make SPIRE's entries": () => workloadIdentities(fresh()),
    "make Vault's policies and roles": () => [
      vaultPolicies(graph),
      vaultCertRoles(graph, { leaseSeconds }),
      vaultDatabaseRoles(graph, { leaseSeconds }),
    ],
    "make Postgres's grants": () => databases.map(({ name }) => postgresSetup(graph, name)),
    'make the network doors': () => networkDoors(fresh()),
    'make the generated files': () => generatedFiles(fresh()),
    'load the policy, in each service': () => createOpaAuthorizer({ wasm: policyWasm, data }),
  };
}
