import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { accessGraph } from '@zt/access-graph';
import { withOperatorClient } from '@zt/e2e/operator-client';
import { type IdentitySnapshot, pemOfX509Svid } from '@zt/kit/identity';
import { createTestCertificateAuthority } from '@zt/kit/testing';
import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseSetups } from './database-setups.ts';
import { reconcilePostgres } from './reconcile-postgres.ts';
import { type RunningPostgres, startPostgres } from './start-postgres.ts';
import { createTestStack, type TestStack } from './testing/test-stack.ts';

let stack: TestStack;
let postgres: RunningPostgres;
let migrations: string;

beforeAll(async () => {
  stack = await createTestStack();
  postgres = await startPostgres(stack.context, { certificate: await stack.serverFiles('postgres') });
  migrations = join(stack.context.stateDirectory, 'migrations (order)');
  await mkdir(migrations);
  await writeFile(join(migrations, '001.do.sql'), 'create table orders (id text primary key);');
  await reconcile();
  await asOperator('create role order_login login password \'stolen\' in role "order"');
  await asOperator("create role payment_login login password 'stolen' in role payment");
}, 120_000);

afterAll(() => stack.close());

async function reconcile(): Promise<void> {
  const setups = databaseSetups(accessGraph, stack.context.repositoryRoot).filter(({ name }) =>
    /^(order|payment)$/.test(name),
  );
  const without = setups.map((setup) => ({ ...setup, migrationsDirectory: null, grantsSql: '' }));
  await reconcilePostgres(
    postgres.access,
    without.map((setup) => (setup.name === 'order' ? { ...setup, migrationsDirectory: migrations } : setup)),
  );
}

async function asOperator(sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
  return await withOperatorClient(postgres.access, database, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  });
}

/** The user's name as the server sees it, or the code of the error. */
async function tryToConnect(config: ClientConfig): Promise<string> {
  const client = new Client({
    host: '127.0.0.1',
    port: postgres.access.port,
    database: 'order',
    password: 'stolen',
    ...config,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>('select session_user as name');
    return rows[0]?.name ?? '';
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return `${code ?? 'no code'}: ${message}`;
  } finally {
    await client.end().catch(() => {});
  }
}

function tlsOf({ svid }: IdentitySnapshot): NonNullable<ClientConfig['ssl']> {
  const ca = stack.authority.bundle.x509Authorities.map((each) => each.toString());
  return { ca, ...pemOfX509Svid(svid), minVersion: 'TLSv1.3', checkServerIdentity: () => undefined };
}

test("a service's login works with that service's own certificate", async () => {
  const ssl = tlsOf(await stack.identityOf('order'));
  expect(await tryToConnect({ user: 'order_login', ssl })).toBe('order_login');
});

test("a stolen login is refused with another service's certificate", async () => {
  const ssl = tlsOf(await stack.identityOf('payment'));
  expect(await tryToConnect({ user: 'order_login', ssl })).toMatch(
    /^28000: the login and the client certificate do not both belong/,
  );
});

test("a service's login opens no other database", async () => {
  const ssl = tlsOf(await stack.identityOf('payment'));
  for (const database of ['order', 'postgres', 'template1']) {
    expect(await tryToConnect({ user: 'payment_login', ssl, database })).toMatch(
      /^42501: permission denied for database/,
    );
  }
});

test('a login without a certificate, or with one of another authority, is refused', async () => {
  const other = await createTestCertificateAuthority('zt.example');
  const { ca, minVersion, checkServerIdentity } = tlsOf(await stack.identityOf('order')) as object &
    Record<string, never>;
  expect(await tryToConnect({ user: 'order_login', ssl: { ca, minVersion, checkServerIdentity } })).toMatch(
    /^28000: connection requires a valid client certificate/,
  );
  const foreign = tlsOf(await stack.identityOf('order', other));
  expect(await tryToConnect({ user: 'order_login', ssl: foreign })).not.toBe('order_login');
});

test('TCP without TLS is refused before any password is looked at', async () => {
  expect(await tryToConnect({ user: 'order_login', ssl: false })).toMatch(
    /^28000: pg_hba\.conf rejects connection .* no encryption/,
  );
});

test('the superuser is refused over TCP, and Vault needs no password but its own certificate', async () => {
  const vault = tlsOf(await stack.identityOf('vault'));
  expect(await tryToConnect({ user: 'postgres', ssl: vault })).toMatch(/^28000: pg_hba\.conf rejects/);
  expect(await tryToConnect({ user: 'vault', database: 'postgres', ssl: vault })).toBe('vault');
  expect(await tryToConnect({ user: 'vault', database: 'order', ssl: vault })).toMatch(/^28000: pg_hba\.conf rejects/);
  const order = tlsOf(await stack.identityOf('order'));
  expect(await tryToConnect({ user: 'vault', database: 'postgres', ssl: order })).toMatch(
    /^28000: certificate authentication failed/,
  );
});

test('the socket takes the operating user as superuser and as nobody else', async () => {
  expect(await asOperator('select session_user as name')).toEqual([{ name: 'postgres' }]);
  const { socketDirectory: host } = postgres.access;
  expect(await tryToConnect({ host, user: 'order_login' })).toMatch(
    /^28000: pg_hba\.conf rejects connection for host "\[local\]"/,
  );
});

test('another user of the machine is refused on the socket, even where the files would let it in', async () => {
  const { socketDirectory, port } = postgres.access;
  const socket = join(socketDirectory, `.s.PGSQL.${port}`);
  expect((await stat(socketDirectory)).mode & 0o777).toBe(0o700);
  expect((await stat(socket)).mode & 0o777).toBe(0o700);
  // Only root can be somebody else.
  if (process.getuid?.() !== 0) return;
  const ask = async (uid: number) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', startupScript, socket, String(uid)]);
    return stdout;
  };
  expect(await ask(65534)).toMatch(/EACCES/);
  await chmod(join(socketDirectory, '..'), 0o755);
  await chmod(socketDirectory, 0o755);
  await chmod(socket, 0o777);
  expect(await ask(0)).toMatch(/AuthenticationOk/);
  expect(await ask(65534)).toMatch(/28000.*Peer authentication failed/s);
  await chmod(socketDirectory, 0o700);
});

test('a second reconciliation changes nothing', async () => {
  const fingerprint = () =>
    asOperator(
      `select (select array_agg(c.oid::text || coalesce(c.relacl::text, '') order by c.oid) from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace) as tables,
        (select array_agg(rolname || oid::text order by oid) from pg_roles) as roles,
        (select array_agg(roleid::text || member::text || admin_option::text order by oid) from pg_auth_members) as members,
        (select array_agg(datname || datacl::text order by oid) from pg_database) as databases,
        (select array_agg(evtname || evtenabled::text || oid::text) from pg_event_trigger) as triggers,
        (select array_agg(version || md5) from public.schema_version) as migrations`,
      'order',
    );
  const before = await fingerprint();
  await reconcile();
  expect(await fingerprint()).toEqual(before);
  const [owned] = await asOperator("select tableowner from pg_tables where tablename = 'orders'", 'order');
  expect(owned).toEqual({ tableowner: 'order-owner' });
});

test('where one migration fails nothing of those with it is left, and who changed one after it ran is told what to do', async () => {
  const file = (name: string) => join(migrations, `${name}.do.sql`);
  const tables = () => asOperator("select tablename from pg_tables where tablename in ('second', 'third')", 'order');
  await writeFile(file('002'), 'create table second (id text);');
  await writeFile(file('003'), 'create table third (id text); select 1/0;');
  await expect(reconcile()).rejects.toThrow("order's migration 003.do.sql: division by zero");
  expect(await tables()).toEqual([]);
  await rm(file('003'));
  await reconcile();
  expect(await tables()).toEqual([{ tablename: 'second' }]);
  await writeFile(file('002'), 'create table second (id text, more text);');
  await expect(reconcile()).rejects.toThrow(
    /^order's migration 002\.do\.sql was changed .* new file beside it, in apps\/order\/migrations; or, .* zt down/,
  );
});

test('after a reload new connections get the new certificate, and a key that cannot be read leaves the old', async () => {
  const before = await servedSerialNumber();
  const files = await stack.serverFiles('postgres');
  await postgres.reload();
  await expect.poll(servedSerialNumber, { timeout: 5_000 }).not.toBe(before);
  const after = await servedSerialNumber();
  await writeFile(files.keyFile, 'no key');
  await postgres.reload();
  await expect
    .poll(() => stack.context.processes.tail('postgres', 20), { timeout: 5_000 })
    .toMatch(/could not load private key/);
  expect(await servedSerialNumber()).toBe(after);
});

/** Asks for TLS as Postgres's protocol has it, and looks at the certificate. */
async function servedSerialNumber(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const plain = connectPlain(postgres.access.port, '127.0.0.1', () =>
    plain.write(Buffer.from('0000000804d2162f', 'hex')),
  );
  plain.once('error', reject);
  plain.once('data', () => {
    const secure = connectTls({ socket: plain, rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(secure.getPeerCertificate().raw).serialNumber);
      secure.destroy();
    });
    secure.once('error', reject);
  });
  return await promise;
}

/** Becomes the user, sends a start-up message as `postgres` and prints the answer. */
const startupScript = `
  const [socket, uid] = process.argv.slice(1);
  process.setgroups([]);
  process.setgid(Number(uid));
  process.setuid(Number(uid));
  const body = Buffer.from('\\0\\x03\\0\\0user\\0postgres\\0database\\0postgres\\0\\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  const client = require('node:net').connect(socket, () => client.write(Buffer.concat([length, body])));
  client.once('error', (error) => console.log(error.code));
  client.once('data', (answer) => {
    console.log(answer[0] === 0x52 && answer.readUInt32BE(5) === 0 ? 'AuthenticationOk' : answer.toString('latin1'));
    client.destroy();
  });
`;
