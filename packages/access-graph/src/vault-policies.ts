import type { AccessGraph, GraphService } from './graph.ts';

/** An ACL policy of Vault. A login gets the one of its own name, and not Vault's `default`. */
export interface VaultPolicy {
  readonly name: string;
  readonly hcl: string;
}

/** The workload that keeps the trust bundle of Vault's cert logins current. */
const trustUpdater = 'trust-updater';

/** The workload that a person at the command line is. */
const operator = 'operator';

/** What each workload may do in Vault, and nothing besides. */
export function vaultPolicies(graph: AccessGraph): VaultPolicy[] {
  const services = servicesWithDatabase(graph).map((service) => ({
    name: service.name,
    hcl: policyOfService(service),
  }));
  return [
    ...services,
    { name: trustUpdater, hcl: policyOfTrustUpdater(vaultLogins(graph)) },
    { name: operator, hcl: policyOfOperator(servicesWithDatabase(graph)) },
  ];
}

/** The workloads that log in to Vault. */
export function vaultLogins(graph: AccessGraph): string[] {
  return [...servicesWithDatabase(graph).map(({ name }) => name), trustUpdater, operator];
}

export function servicesWithDatabase(graph: AccessGraph): GraphService[] {
  return graph.services.filter(({ tables }) => tables !== null);
}

/** Where in the key/value engine `kv` the API key is with which a service calls a third party. */
export function apiKeyPath(service: string, thirdParty: string): string {
  return `${service}/${thirdParty}`;
}

/** Leases are named after the path they were read from, so a pattern keeps a service to its own. */
function policyOfService({ name, apiKeysOf }: GraphService): string {
  const ownLeases = `database/creds/${name}/*`;
  return [
    rule(`database/creds/${name}`, 'read'),
    rule('sys/leases/renew', 'update', { lease_id: [ownLeases], increment: [] }),
    rule('sys/leases/revoke', 'update', { lease_id: [ownLeases], sync: [] }),
    ...apiKeysOf.flatMap((thirdParty) => [
      rule(`kv/data/${apiKeyPath(name, thirdParty)}`, 'read'),
      rule(`kv/metadata/${apiKeyPath(name, thirdParty)}`, 'read'),
    ]),
    ...ownToken(),
  ].join('\n');
}

/** One path per login: with a pattern the updater could make logins of its own. */
function policyOfTrustUpdater(logins: readonly string[]): string {
  return [...logins.map((name) => rule(`auth/cert/certs/${name}`, 'update', { certificate: [] })), ...ownToken()].join(
    '\n',
  );
}

/** It sees which secrets there are and until when, and writes API keys; it reads none. */
function policyOfOperator(services: readonly GraphService[]): string {
  // Listing leases is for Vault's `sudo`; the path has to be said with the slash that Vault adds.
  const lists = ['', ...services.map(({ name }) => `${name}/`)].map((name) =>
    rule(`sys/leases/lookup/database/creds/${name}`, ['list', 'sudo']),
  );
  const apiKeys = services.flatMap(({ name, apiKeysOf }) =>
    apiKeysOf.flatMap((thirdParty) => [
      rule(`kv/data/${apiKeyPath(name, thirdParty)}`, 'update'),
      rule(`kv/metadata/${apiKeyPath(name, thirdParty)}`, 'read'),
    ]),
  );
  const lookup = rule('sys/leases/lookup', 'update', { lease_id: ['database/creds/*'] });
  return [...lists, lookup, ...apiKeys, ...ownToken()].join('\n');
}

function ownToken(): string[] {
  return [rule('auth/token/renew-self', 'update'), rule('auth/token/revoke-self', 'update')];
}

type Capability = 'read' | 'update' | 'list' | 'sudo';

/** No parameter besides those named, each with one of its values; any value where there is none. */
function rule(
  path: string,
  capabilities: Capability | readonly Capability[],
  parameters?: Readonly<Record<string, readonly string[]>>,
): string {
  const entries = Object.entries(parameters ?? {}).map(
    ([name, values]) => `    "${name}" = ${JSON.stringify(values)}\n`,
  );
  const allowed = parameters === undefined ? '' : `  allowed_parameters = {\n${entries.join('')}  }\n`;
  const said = JSON.stringify([capabilities].flat()).replaceAll(',', ', ');
  return `path "${path}" {\n  capabilities = ${said}\n${allowed}}\n`;
}
