import type { AccessGraph, GraphService } from './graph.ts';

/** An ACL policy of Vault. A login gets the one of its own name, and not Vault's `default`. */
export interface VaultPolicy {
  readonly name: string;
  readonly rules: readonly VaultRule[];
  /** The same rules in Vault's own language. */
  readonly hcl: string;
}

/** What a policy allows at one path. */
interface VaultRule {
  readonly path: string;
  readonly capabilities: readonly VaultCapability[];
  /** No parameter besides those named, each with one of its values; any value where there is none. */
  readonly allowedParameters?: Readonly<Record<string, readonly string[]>>;
}

type VaultCapability = 'read' | 'update' | 'list' | 'sudo';

/** The workload that keeps the trust bundle of Vault's cert logins current. */
const trustUpdater = 'trust-updater';

/** The workload that a person at the command line is. */
const operator = 'operator';

/** What each workload may do in Vault, and nothing besides. */
export function vaultPolicies(graph: AccessGraph): VaultPolicy[] {
  const services = servicesWithDatabase(graph);
  return [
    ...services.map((service) => policy(service.name, rulesOfService(service))),
    policy(trustUpdater, rulesOfTrustUpdater(vaultLogins(graph))),
    policy(operator, rulesOfOperator(services)),
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
function rulesOfService({ name, apiKeysOf }: GraphService): VaultRule[] {
  const ownLeases = `database/creds/${name}/*`;
  return [
    rule(`database/creds/${name}`, 'read'),
    rule('sys/leases/renew', 'update', { lease_id: [ownLeases] }),
    rule('sys/leases/revoke', 'update', { lease_id: [ownLeases], sync: [] }),
    ...apiKeysOf.flatMap((thirdParty) => [
      rule(`kv/data/${apiKeyPath(name, thirdParty)}`, 'read'),
      rule(`kv/metadata/${apiKeyPath(name, thirdParty)}`, 'read'),
    ]),
    ...ownToken(),
  ];
}

/** One path per login: with a pattern the updater could make logins of its own. */
function rulesOfTrustUpdater(logins: readonly string[]): VaultRule[] {
  return [...logins.map((name) => rule(`auth/cert/certs/${name}`, 'update', { certificate: [] })), ...ownToken()];
}

/** It sees which secrets there are and until when, and writes API keys; it reads none. */
function rulesOfOperator(services: readonly GraphService[]): VaultRule[] {
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
  return [...lists, lookup, ...apiKeys, ...ownToken()];
}

function ownToken(): VaultRule[] {
  return [rule('auth/token/renew-self', 'update'), rule('auth/token/revoke-self', 'update')];
}

/** No parameter besides those named, each with one of its values; any value where there is none. */
function rule(
  path: string,
  capabilities: VaultCapability | readonly VaultCapability[],
  allowedParameters?: VaultRule['allowedParameters'],
): VaultRule {
  return {
    path,
    capabilities: [capabilities].flat(),
    ...(allowedParameters === undefined ? {} : { allowedParameters }),
  };
}

function policy(name: string, rules: readonly VaultRule[]): VaultPolicy {
  return { name, rules, hcl: rules.map(hclOf).join('\n') };
}

function hclOf({ path, capabilities, allowedParameters }: VaultRule): string {
  const entries = Object.entries(allowedParameters ?? {}).map(
    ([name, values]) => `    "${name}" = ${JSON.stringify(values)}\n`,
  );
  const allowed = allowedParameters === undefined ? '' : `  allowed_parameters = {\n${entries.join('')}  }\n`;
  const said = JSON.stringify(capabilities).replaceAll(',', ', ');
  return `path "${path}" {\n  capabilities = ${said}\n${allowed}}\n`;
}
