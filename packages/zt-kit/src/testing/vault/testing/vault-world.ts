import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createIdentitySnapshot, parseSpiffeId } from '../../../identity/index.ts';
import { createVaultClient, createVaultLogin, type VaultClient } from '../../../vault/index.ts';
import {
  createFixedX509Source,
  createTestCertificateAuthority,
  type FixedX509Source,
  startTestPostgres,
  type TestCertificateAuthority,
  type TestPostgres,
} from '../../index.ts';
import type { DevelopmentVaultOptions } from '../index.ts';

const vaultPassword = 'only-in-tests';

/** A login that was taken from a Vault, and with what. */
export interface TakenLogin {
  readonly client: VaultClient;
  readonly token: string;
  readonly leaseId: string;
  readonly username: string;
  readonly password: string;
}

/** What a development Vault needs around it: a Postgres, an authority, and workloads that ask. */
export interface VaultWorld {
  readonly postgres: TestPostgres;
  readonly authority: TestCertificateAuthority;
  /** Of a Vault on any free port. Its logins of Postgres live for two seconds, four at most; those of `lasting` for minutes. */
  options(source: FixedX509Source, log: (event: object) => void): DevelopmentVaultOptions;
  /** Vaults find no Postgres where this is false. */
  hasDatabase: boolean;
  sourceOf(name: string, from?: TestCertificateAuthority): Promise<FixedX509Source>;
  clientOf(vaultAddress: string, name: string, from?: FixedX509Source): Promise<VaultClient>;
  /** `role`: of the database, `order` or `lasting`. */
  takeLogin(vaultAddress: string, name?: string, role?: string): Promise<TakenLogin>;
  connectAs(login: Pick<TakenLogin, 'username' | 'password'>): Promise<Client>;
  /** Names of the logins that there are in Postgres. */
  logins(): Promise<string[]>;
  close(): Promise<void>;
}

export const idOf = (name: string): string => `spiffe://zt.example/ns/shop/sa/${name}`;

export async function startVaultWorld(): Promise<VaultWorld> {
  const postgres = await startTestPostgres();
  await postgres.execute(`create role vault login createrole password '${vaultPassword}'; create role "order";
    grant "order" to vault with admin option, inherit false, set false; grant pg_signal_backend to vault`);
  const authority = await createTestCertificateAuthority('zt.example');
  const directory = await mkdtemp(join(tmpdir(), 'zt-vault-'));
  const { host } = postgres;

  async function connect(user: string, password: string): Promise<Client> {
    const client = new Client({ host, port: postgres.port, user, password, database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  const world: VaultWorld = {
    postgres,
    authority,
    hasDatabase: true,
    options: (source, log) => ({
      port: 0,
      source,
      certRoles: [certRole('order'), certRole('payment'), certRole('hasty', '2s')],
      policies,
      databaseRoles: [databaseRole('order', 2), databaseRole('lasting', 300)],
      database() {
        const port = world.hasDatabase ? postgres.port : 1;
        return { host, port, user: 'vault', password: vaultPassword, database: 'postgres' };
      },
      secrets: { 'payment/card-network': { key: 'cnk_first' } },
      auditFile: join(directory, 'audit.log'),
      log,
    }),
    async sourceOf(name, from = authority) {
      const svid = await from.issueSvid({ spiffeId: idOf(name) });
      return createFixedX509Source(createIdentitySnapshot(svid, [from.bundle]));
    },
    async clientOf(vaultAddress, name, from) {
      const source = from ?? (await world.sourceOf(name));
      return createVaultClient({ source, vaultAddress, vaultSpiffeId: parseSpiffeId(idOf('vault')) });
    },
    async takeLogin(vaultAddress, name = 'order', role = 'order') {
      const client = await world.clientOf(vaultAddress, name);
      const token = (await createVaultLogin(client, name).token()).value;
      const { data, lease_id: leaseId } = await client.read(`database/creds/${role}`, token);
      const { username, password } = data as { username: string; password: string };
      return { client, token, leaseId: String(leaseId), username, password };
    },
    connectAs: ({ username, password }) => connect(username, password),
    async logins() {
      const client = await connect(postgres.user, postgres.password);
      const { rows } = await client.query<{ rolname: string }>(
        "select rolname from pg_roles where rolname like 'v-cert-%'",
      );
      await client.end();
      return rows.map(({ rolname }) => rolname);
    },
    async close() {
      await postgres.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}

function certRole(name: string, ttl = '60s') {
  const allowed = { allowed_uri_sans: [idOf(name)], display_name: name, token_policies: [name] };
  return { name, body: { ...allowed, token_no_default_policy: true, token_ttl: ttl, token_max_ttl: '600s' } };
}

const ownLeases = { lease_id: ['database/creds/order/*', 'database/creds/lasting/*'], sync: [], increment: [] };
const rule = (path: string, capability: string) => ({ path, capabilities: [capability] });
const ownToken = [rule('auth/token/renew-self', 'update'), rule('auth/token/revoke-self', 'update')];

const policies = [
  {
    name: 'order',
    rules: [
      rule('database/creds/order', 'read'),
      rule('database/creds/lasting', 'read'),
      { ...rule('sys/leases/renew', 'update'), allowedParameters: ownLeases },
      { ...rule('sys/leases/revoke', 'update'), allowedParameters: ownLeases },
      ...ownToken,
    ],
  },
  { name: 'hasty', rules: [rule('database/creds/lasting', 'read'), ...ownToken] },
  {
    name: 'payment',
    rules: [
      rule('kv/data/payment/card-network', 'read'),
      rule('kv/metadata/payment/card-network', 'read'),
      ...ownToken,
    ],
  },
];

function databaseRole(name: string, ttlSeconds: number) {
  const creation = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "order";`;
  const body = {
    default_ttl: `${ttlSeconds}s`,
    max_ttl: `${2 * ttlSeconds}s`,
    creation_statements: [creation],
    revocation_statements: [
      'ALTER ROLE "{{name}}" NOLOGIN;',
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}';",
      'DROP ROLE IF EXISTS "{{name}}";',
    ],
  };
  return { name, body };
}
