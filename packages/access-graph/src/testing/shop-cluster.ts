import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pemOfX509Svid } from '@zt/kit/identity';
import { createTestCertificateAuthority, startTestPostgres, type TestPostgres } from '@zt/kit/testing';
import { Client } from 'pg';
import { accessGraph } from '../access-graph.ts';
import { postgresSetup } from '../postgres-grants.ts';
import { spiffeIdOf } from '../spiffe-id-of.ts';
import { vaultDatabaseRoles } from '../vault-roles.ts';

export type DatabaseName = 'order' | 'payment';

export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A real Postgres with the databases of order and payment, where logins are made as Vault makes them. */
export interface ShopCluster {
  /** As the superuser, over the Unix socket. */
  execute(sql: string, database?: string): Promise<void>;
  setUp(database: DatabaseName): Promise<void>;
  /** A good SVID, or one that is as told. */
  certificate(name: DatabaseName, options?: { uris?: string[]; dnsNames?: string[] }): Promise<ClientCertificate>;
  createLogin(name: string, group: DatabaseName): Promise<void>;
  revokeLogin(name: string, group: DatabaseName): Promise<void>;
  connect(login: string, database: string, certificate: ClientCertificate): Promise<Client>;
  connectOverSocket(login: string, database: string): Promise<Client>;
  close(): Promise<void>;
}

const authentication = `
local   all all trust
hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
`;

export async function startShopCluster(): Promise<ShopCluster> {
  const authority = await createTestCertificateAuthority(accessGraph.trustDomain);
  const postgres = await startTestPostgres();
  const data = join(postgres.directory, 'data');
  const server = pemOfX509Svid(await authority.issueSvid({ spiffeId: spiffeIdOf(accessGraph, 'postgres') }));
  const ca = authority.bundle.x509Authorities.map(String).join('');
  await writeFile(join(data, 'server.crt'), server.cert);
  await writeFile(join(data, 'server.key'), server.key);
  await chmod(join(data, 'server.key'), 0o600);
  await writeFile(join(data, 'clients.crt'), ca);
  await writeFile(join(data, 'pg_hba.conf'), authentication);
  await postgres.execute("alter system set ssl_ca_file = 'clients.crt'");
  await postgres.execute('alter system set ssl = on');
  await postgres.execute('select pg_reload_conf()');

  async function asVault(group: DatabaseName, kind: 'creation_statements' | 'revocation_statements', login: string) {
    const role = vaultDatabaseRoles(accessGraph, { leaseSeconds: 60 }).find(({ name }) => name === group);
    const values: Record<string, string> = { name: login, password: login, expiration: '2099-01-01 00:00:00+00' };
    const client = await overSocket(postgres, 'vault', 'postgres');
    const statements = role?.body[kind];
    if (!Array.isArray(statements)) throw new TypeError('no such statements');
    // As Vault's plugin does it: all of them in one transaction.
    await client.query('begin');
    for (const statement of statements) {
      await client.query(statement.replace(/\{\{(\w+)\}\}/g, (_whole: string, key: string) => values[key] ?? ''));
    }
    await client.query('commit').finally(() => client.end());
  }

  return {
    execute: postgres.execute,
    async setUp(database) {
      const setup = postgresSetup(accessGraph, database);
      await postgres.execute(setup.cluster);
      await postgres.execute(`create database "${database}" owner "${setup.owner}"`).catch((error) => {
        if (error.code !== '42P04') throw error;
      });
      await postgres.execute(setup.database, database);
      const tables = accessGraph.services.find(({ name }) => name === database)?.tables ?? [];
      for (const { name } of tables) {
        await postgres.execute(`set role "${setup.owner}"; create table if not exists ${name} (id int)`, database);
      }
      await postgres.execute(setup.tableGrants, database);
    },
    async certificate(name, options) {
      const leaf = await authority.issue({ spiffeId: spiffeIdOf(accessGraph, name), dnsNames: [name], ...options });
      const key = createPrivateKey({ key: leaf.keyDer, format: 'der', type: 'pkcs8' });
      return {
        cert: new X509Certificate(leaf.chainDer).toString(),
        key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
      };
    },
    createLogin: (name, group) => asVault(group, 'creation_statements', name),
    revokeLogin: (name, group) => asVault(group, 'revocation_statements', name),
    async connect(login, database, certificate) {
      const ssl = { ca, ...certificate, checkServerIdentity: () => undefined };
      return await opened(
        new Client({ host: postgres.host, port: postgres.port, user: login, password: login, database, ssl }),
      );
    },
    connectOverSocket: (login, database) => overSocket(postgres, login, database),
    close: () => postgres.close(),
  };
}

function overSocket(postgres: TestPostgres, user: string, database: string): Promise<Client> {
  return opened(new Client({ host: postgres.directory, port: postgres.port, user, database }));
}

async function opened(client: Client): Promise<Client> {
  // A session that Postgres ends is no error of the test.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
