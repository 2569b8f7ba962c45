export { accessGraph } from './access-graph.ts';
export { behalfInWords } from './behalf-words.ts';
export { type BlastRadius, blastRadius } from './blast-radius/blast-radius.ts';
export { defineGraph } from './define-graph.ts';
export type { GraphChange } from './diff/graph-change.ts';
export { graphDiff } from './diff/graph-diff.ts';
export { type Edge, edges, mayCall, ownScopesAlong, scopesAlong, workloadEdges } from './edges.ts';
export { type Explanation, explainMethod } from './explain/explain-method.ts';
export { whyNoService } from './faults/kept-names.ts';
export { findMethod } from './find-method.ts';
export type { AccessGraph, GraphCallers, GraphMethod, GraphService, GraphTable, GraphWorkload } from './graph.ts';
export type { GraphSource, TableGrant } from './graph-source.ts';
export { healthMethods, methodsOf, scopesFor } from './methods-of.ts';
export { type NetworkDoor, networkDoors } from './network-doors.ts';
export { callerName, type EdgeCaller } from './observed/declared-edges.ts';
export { createGraphObserver, type GraphObserver } from './observed/graph-observer.ts';
export type { ObservedEdge, ObservedGraph, RefusedHandshakes, UndeclaredCall } from './observed/observed-graph.ts';
export type { SeenCaller } from './observed/seen-caller.ts';
export { policyData } from './policy-data.ts';
export { type PostgresSetup, postgresSetup } from './postgres-grants.ts';
export { limitInWords } from './restriction-words.ts';
export { isServiceName, ofEachService, type ServiceName, serviceNames } from './service-names.ts';
export {
  addressVariable,
  type HttpsClient,
  httpsClientsOf,
  identityProvider,
  type ServiceNeeds,
  serviceNeeds,
  thirdPartyVariables,
} from './service-needs.ts';
export { spiffeIdOf } from './spiffe-id-of.ts';
export { apiKeyPath, type VaultPolicy, vaultPolicies } from './vault-policies.ts';
export { type VaultCertRole, type VaultDatabaseRole, vaultCertRoles, vaultDatabaseRoles } from './vault-roles.ts';
export { type WorkloadIdentity, workloadIdentities } from './workload-identities.ts';
