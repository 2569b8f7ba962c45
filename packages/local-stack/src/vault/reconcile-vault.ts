import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type AccessGraph, vaultCertRoles, vaultDatabaseRoles, vaultPolicies } from '@zt/access-graph';
import { type VaultClient, VaultError } from '@zt/kit/vault';
import type { ServerCertificateFiles } from '../postgres/server-certificate.ts';
import { type IssueApiKey, provideApiKeys } from './provide-api-keys.ts';

export interface VaultSetup {
  readonly graph: AccessGraph;
  /** How long a database login holds before it has to be renewed, which it can be once. */
  readonly databaseLoginTtlSeconds: number;
  readonly issueApiKey: IssueApiKey;
}

/** The Vault that is set up. Paths and addresses are as Vault sees them. */
export interface VaultPlace {
  readonly auditFile: string;
  /** `host:port`, by a name that Postgres's certificate has. */
  readonly postgresAddress: string;
  /** Vault's own: what it shows to Postgres. */
  readonly certificate: ServerCertificateFiles;
}

interface Reconciliation extends VaultSetup {
  readonly place: VaultPlace;
  /** PEM of the authorities of the trust domain. */
  readonly bundle: string;
  /** The file that Vault has it in, to be read here; null where Vault has it built in. */
  readonly postgresPlugin: string | null;
}

const trustUpdater = 'trust-updater';

/** Renewed at half of it: a machine may sleep that long while the authority changes, and its updater still gets in. */
const trustUpdaterTokenSeconds = 7 * 24 * 3600;

const plugin = 'postgresql-database-plugin';

/** Makes Vault what the set-up says. Safe to run while services use it. */
export async function reconcileVault(client: VaultClient, token: string, setup: Reconciliation): Promise<void> {
  const { graph, place, bundle } = setup;
  const leases = { leaseSeconds: setup.databaseLoginTtlSeconds };
  const write = (path: string, body: Readonly<Record<string, unknown>>) => client.write(path, body, token);

  await enable('sys/audit', 'file', { type: 'file', options: { file_path: place.auditFile, mode: '0600' } });
  await enable('sys/auth', 'cert', { type: 'cert' });
  await enable('sys/mounts', 'database', { type: 'database' });
  await enable('sys/mounts', 'kv', { type: 'kv', options: { version: '2' } });
  await registerPlugin(client, token, setup.postgresPlugin);

  const policies = vaultPolicies(graph);
  for (const { name, hcl } of policies) await write(`sys/policies/acl/${name}`, { policy: hcl });

  // A token is not bound to the certificate it was got with: those are replaced many times in its life.
  await write('auth/cert/config', { disable_binding: true });
  const logins = vaultCertRoles(graph, leases);
  for (const { name, body } of logins) {
    const life =
      name === trustUpdater ? { token_period: trustUpdaterTokenSeconds, token_ttl: 0, token_max_ttl: 0 } : {};
    await write(`auth/cert/certs/${name}`, { ...body, ...life, certificate: bundle });
  }

  const databases = vaultDatabaseRoles(graph, leases);
  await write('database/config/postgres', {
    plugin_name: plugin,
    allowed_roles: databases.map(({ name }) => name),
    connection_url: connectionUrl(place),
    // The files of the SVID are read for each new connection.
    max_connection_lifetime: '20s',
  });
  for (const { name, body } of databases) await write(`database/roles/${name}`, { ...body, db_name: 'postgres' });

  await provideApiKeys(client, token, graph, setup.issueApiKey);

  await keepOnly('auth/cert/certs', logins);
  await keepOnly('database/roles', databases);
  await keepOnly('sys/policies/acl', [...policies, { name: 'default' }, { name: 'root' }]);

  async function enable(path: string, name: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const { data } = await client.read(path, token);
    if (data?.[`${name}/`] === undefined) await write(`${path}/${name}`, body);
  }

  /** Who was taken out of the access graph gets in no more. */
  async function keepOnly(path: string, kept: readonly { readonly name: string }[]): Promise<void> {
    const { data } = await client.read(`${path}?list=true`, token).catch(emptyWhereMissing);
    const found = Array.isArray(data?.keys) ? data.keys.map(String) : [];
    for (const name of found) {
      if (!kept.some((each) => each.name === name)) await client.delete(`${path}/${name}`, token);
    }
  }
}

/** The vendor's builds have the plugin built in; one built from modules has it in a file, known by its checksum. */
async function registerPlugin(client: VaultClient, token: string, path: string | null): Promise<void> {
  const known = await client.read(`sys/plugins/catalog/database/${plugin}`, token).catch(emptyWhereMissing);
  if (path === null) {
    if (known.data === undefined) throw new Error(`this Vault has no ${plugin}, neither built in nor in a file`);
    return;
  }
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (known.data?.sha256 === sha256) return;
  await client.write(`sys/plugins/catalog/database/${plugin}`, { sha256, command: basename(path) }, token);
}

function emptyWhereMissing(error: unknown): { readonly data?: Readonly<Record<string, unknown>> } {
  if (error instanceof VaultError && error.statusCode === 404) return {};
  throw error;
}

function connectionUrl({ postgresAddress, certificate }: VaultPlace): string {
  const url = new URL(`postgresql://vault@${postgresAddress}/postgres`);
  url.searchParams.set('sslmode', 'verify-full');
  url.searchParams.set('sslrootcert', certificate.bundleFile);
  url.searchParams.set('sslcert', certificate.certificateFile);
  url.searchParams.set('sslkey', certificate.keyFile);
  return url.href;
}
