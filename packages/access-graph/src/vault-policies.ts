import type { AccessGraph, GraphService } from './graph.ts';

/** An ACL policy of Vault. A login gets the one of its own name, and not Vault's `default`. */
export interface VaultPolicy {
  readonly name: string;
  readonly hcl: string;
}

/** The workload that keeps the trust bundle of Vault's cert logins current. */
export const trustUpdater = 'trust-updater';

/** What each workload may do in Vault, and nothing besides. */
export function vaultPolicies(graph: AccessGraph): VaultPolicy[] {
  const services = servicesWithDatabase(graph).map(({ name }) => ({ name, hcl: policyOfService(name) }));
  return [...services, { name: trustUpdater, hcl: policyOfTrustUpdater(vaultLogins(graph)) }];
}

/** The workloads that log in to Vault. */
export function vaultLogins(graph: AccessGraph): string[] {
  return [...servicesWithDatabase(graph).map(({ name }) => name), trustUpdater];
}

export function servicesWithDatabase(graph: AccessGraph): GraphService[] {
  return graph.services.filter(({ tables }) => tables !== null);
}

/** Leases are named after the path they were read from, so a pattern keeps a service to its own. */
function policyOfService(name: string): string {
  const ownLeases = `database/creds/${name}/*`;
  return [
    rule(`database/creds/${name}`, 'read'),
    rule('sys/leases/renew', 'update', { lease_id: [ownLeases], increment: [] }),
    rule('sys/leases/revoke', 'update', { lease_id: [ownLeases], sync: [] }),
    ...ownToken(),
  ].join('\n');
}

/** One path per login: with a pattern the updater could make logins of its own. */
function policyOfTrustUpdater(logins: readonly string[]): string {
  return [...logins.map((name) => rule(`auth/cert/certs/${name}`, 'update', { certificate: [] })), ...ownToken()].join(
    '\n',
  );
}

function ownToken(): string[] {
  return [rule('auth/token/renew-self', 'update'), rule('auth/token/revoke-self', 'update')];
}

/** No parameter besides those named, each with one of its values; any value where there is none. */
function rule(
  path: string,
  capability: 'read' | 'update',
  parameters?: Readonly<Record<string, readonly string[]>>,
): string {
  const entries = Object.entries(parameters ?? {}).map(
    ([name, values]) => `    "${name}" = ${JSON.stringify(values)}\n`,
  );
  const allowed = parameters === undefined ? '' : `  allowed_parameters = {\n${entries.join('')}  }\n`;
  return `path "${path}" {\n  capabilities = ["${capability}"]\n${allowed}}\n`;
}
