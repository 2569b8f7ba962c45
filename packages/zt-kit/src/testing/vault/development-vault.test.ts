import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Client, Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySnapshot, parseSpiffeId } from '../../identity/index.ts';
import { createDatabaseCredentials } from '../../vault/database-credentials.ts';
import { connectFailure } from '../../vault/database-failure.ts';
import { createApiKey, createVaultClient, createVaultLogin, type VaultClient } from '../../vault/index.ts';
import { createLeasedPool } from '../../vault/leased-pool.ts';
import { createLoginDatabase } from '../../vault/login-database.ts';
import { createRotatingLogin } from '../../vault/rotating-login.ts';
import {
  createFixedX509Source,
  createTestCertificateAuthority,
  type FixedX509Source,
  startTestPostgres,
  type TestCertificateAuthority,
  type TestPostgres,
} from '../index.ts';
import { type DevelopmentVault, type DevelopmentVaultOptions, startDevelopmentVault } from './index.ts';

const idOf = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const vaultPassword = 'only-in-tests';

let postgres: TestPostgres;
let authority: TestCertificateAuthority;
let directory: string;
let source: FixedX509Source;
let vault: DevelopmentVault;
let events: { readonly event?: string }[];
let databasePort: number;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.execute(`create role vault login createrole password '${vaultPassword}'; create role "order";
    grant "order" to vault with admin option, inherit false, set false; grant pg_signal_backend to vault`);
  authority = await createTestCertificateAuthority('zt.example');
  directory = await mkdtemp(join(tmpdir(), 'zt-vault-'));
}, 30_000);

afterAll(async () => {
  await postgres?.close();
  await rm(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  events = [];
  databasePort = postgres.port;
  source = await sourceOf('vault');
  vault = await startDevelopmentVault(options());
});

afterEach(() => vault.close());

const ownToken = [
  { path: 'auth/token/renew-self', capabilities: ['update'] },
  { path: 'auth/token/revoke-self', capabilities: ['update'] },
];

function loginRole(name: string, ttl = '60s') {
  const allowed = { allowed_uri_sans: [idOf(name)], display_name: name, token_policies: [name] };
  return { name, body: { ...allowed, token_no_default_policy: true, token_ttl: ttl, token_max_ttl: '600s' } };
}

function options(): DevelopmentVaultOptions {
  const revoke = { lease_id: ['database/creds/order/*'], sync: [], increment: [] };
  return {
    port: 0,
    source,
    certRoles: [loginRole('order'), loginRole('payment'), loginRole('hasty', '2s')],
    policies: [
      {
        name: 'order',
        rules: [
          { path: 'database/creds/order', capabilities: ['read'] },
          { path: 'sys/leases/renew', capabilities: ['update'], allowedParameters: revoke },
          { path: 'sys/leases/revoke', capabilities: ['update'], allowedParameters: revoke },
          ...ownToken,
        ],
      },
      { name: 'hasty', rules: [{ path: 'database/creds/order', capabilities: ['read'] }, ...ownToken] },
      {
        name: 'payment',
        rules: [
          { path: 'kv/data/payment/card-network', capabilities: ['read'] },
          { path: 'kv/metadata/payment/card-network', capabilities: ['read'] },
          ...ownToken,
        ],
      },
    ],
    databaseRoles: [
      {
        name: 'order',
        body: {
          default_ttl: '2s',
          max_ttl: '4s',
          creation_statements: [
            `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "order";`,
          ],
          revocation_statements: [
            'ALTER ROLE "{{name}}" NOLOGIN;',
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}';",
            'DROP ROLE IF EXISTS "{{name}}";',
          ],
        },
      },
    ],
    database: () => ({
      host: postgres.host,
      port: databasePort,
      user: 'vault',
      password: vaultPassword,
      database: 'postgres',
    }),
    secrets: { 'payment/card-network': { key: 'cnk_first' } },
    auditFile: join(directory, 'audit.log'),
    log: (event) => events.push(event),
  };
}

async function sourceOf(name: string, from = authority): Promise<FixedX509Source> {
  return createFixedX509Source(createIdentitySnapshot(await from.issueSvid({ spiffeId: idOf(name) }), [from.bundle]));
}

async function clientOf(name: string, from?: FixedX509Source): Promise<VaultClient> {
  const vaultSpiffeId = parseSpiffeId(idOf('vault'));
  return createVaultClient({ source: from ?? (await sourceOf(name)), vaultAddress: vault.address, vaultSpiffeId });
}

async function takeLogin(name = 'order') {
  const client = await clientOf(name);
  const token = (await createVaultLogin(client, name).token()).value;
  const { data, lease_id: leaseId } = await client.read('database/creds/order', token);
  const { username, password } = data as { username: string; password: string };
  return { client, token, leaseId: String(leaseId), username, password };
}

async function connectAs(login: { readonly username: string; readonly password: string }): Promise<Client> {
  const { host, port } = postgres;
  const client = new Client({ host, port, user: login.username, password: login.password, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function rolesLeft(): Promise<string[]> {
  const client = new Client({ connectionString: postgres.connectionString() });
  await client.connect();
  const { rows } = await client.query<{ rolname: string }>(
    "select rolname from pg_roles where rolname like 'v-cert-%'",
  );
  await client.end();
  return rows.map(({ rolname }) => rolname);
}

const patiently = { timeout: 10_000 };

test('it says what it is, and listens on loopback only', async () => {
  expect(events[0]).toMatchObject({ notice: expect.stringContaining('no Vault'), address: vault.address });
  expect(new URL(vault.address).hostname).toBe('127.0.0.1');
  for (const host of ['0.0.0.0', '::', 'localhost', '192.0.2.1']) {
    await expect(startDevelopmentVault({ ...options(), host }), host).rejects.toThrow('is not a loopback address');
  }
});

test('a login is a real role of Postgres, a member of its group, until its lease is revoked', async () => {
  const { client, token, leaseId, ...login } = await takeLogin();
  expect(login.username).toMatch(/^v-cert-ord-order-[A-Za-z0-9]{20}-\d+$/);
  const session = await connectAs(login);
  const { rows } = await session.query(`select pg_has_role(current_user, 'order', 'member') as member`);
  expect(rows).toEqual([{ member: true }]);
  const ended = new Promise((resolve) => session.once('end', resolve));
  await client.write('sys/leases/revoke', { lease_id: leaseId, sync: true }, token);
  await ended;
  expect(await rolesLeft()).not.toContain(login.username);
});

test('a service works on through logins of two seconds that are renewed and replaced', async () => {
  const client = await clientOf('order');
  const logins = createRotatingLogin({
    source: createDatabaseCredentials(client, createVaultLogin(client, 'order'), 'order'),
    async openPool({ username, password }) {
      const pool = new Pool({
        host: postgres.host,
        port: postgres.port,
        user: username,
        password,
        database: 'postgres',
      });
      const leased = createLeasedPool(pool, () => 'same');
      await leased.use(async () => {}).catch((error: unknown) => Promise.reject(connectFailure(error)));
      return leased;
    },
    log: (event) => events.push(event),
  });
  await logins.start(10_000);
  const database = createLoginDatabase(logins);
  const seen = new Set<string>();
  await expect
    .poll(async () => {
      const [row] = await database.query<{ name: string }>('select session_user as name');
      return seen.add(row?.name ?? '').size;
    }, patiently)
    .toBe(3);
  await logins.close();
  expect(events.filter(({ event }) => event === 'database_login_failed')).toEqual([]);
  await expect.poll(rolesLeft, patiently).toEqual([]);
}, 20_000);

test('a login ends with its lease, and with the token it was taken with', async () => {
  const left = await takeLogin();
  const taken = await takeLogin('hasty');
  const third = await takeLogin();
  await third.client.write('auth/token/revoke-self', {}, third.token);
  await expect.poll(rolesLeft, patiently).not.toContain(third.username);
  await expect.poll(rolesLeft, patiently).toEqual([]);
  for (const { client, token, leaseId } of [left, taken]) {
    await expect(client.write('sys/leases/renew', { lease_id: leaseId }, token)).rejects.toThrow();
  }
});

test('what Postgres cannot end at the moment is ended as soon as it can', async () => {
  const login = await takeLogin();
  databasePort = 1;
  await expect(login.client.read('database/creds/order', login.token)).rejects.toMatchObject({ statusCode: 500 });
  const end = { lease_id: login.leaseId, sync: true };
  await expect(login.client.write('sys/leases/revoke', end, login.token)).rejects.toMatchObject({ statusCode: 400 });
  expect(await rolesLeft()).toContain(login.username);
  databasePort = postgres.port;
  await expect.poll(rolesLeft, patiently).toEqual([]);
  expect(inspect(events)).not.toContain(login.password);
});

test('logins of an earlier run are ended at the start, and those in force are not', async () => {
  await postgres.execute(`set role vault; create role "v-cert-ord-order-left-1" login; create role "v-cert-pay" login`);
  const client = await takeLogin();
  const other = await startDevelopmentVault(options()).finally(() => vault.close());
  await expect.poll(rolesLeft, patiently).toEqual([]);
  vault = other;
  expect((await takeLogin()).username).not.toBe(client.username);
});

test('sealed it gives nothing out and ends nothing; unsealed it goes on with the tokens and leases there were', async () => {
  const { client, token, leaseId } = await takeLogin();
  vault.seal();
  expect(vault.sealed).toBe(true);
  const refused = { statusCode: 503, message: expect.stringContaining('Vault is sealed') };
  await expect(client.read('database/creds/order', token)).rejects.toMatchObject(refused);
  await expect(createVaultLogin(client, 'order').token()).rejects.toMatchObject(refused);
  vault.unseal();
  await client.write('sys/leases/renew', { lease_id: leaseId }, token);
  await client.read('database/creds/order', token);
});

test('stopped it is gone; started again it keeps its address, tokens and leases', async () => {
  const { client, token, leaseId } = await takeLogin();
  await vault.stop();
  await expect(client.read('database/creds/order', token)).rejects.toMatchObject({ statusCode: null });
  await vault.start();
  await client.write('sys/leases/revoke', { lease_id: leaseId, sync: true }, token);
});

test('leases are revoked on command, of one role or all', async () => {
  const login = await takeLogin();
  expect(await vault.revokeLeases('payment')).toBe(0);
  expect(await vault.revokeLeases()).toBe(1);
  await expect(connectAs(login)).rejects.toThrow('password authentication failed');
});

test('answers come as late as they are told to, until that is mended', async () => {
  vault.answerSlowly(60_000);
  const impatient = createVaultClient({
    source: await sourceOf('order'),
    vaultAddress: vault.address,
    vaultSpiffeId: parseSpiffeId(idOf('vault')),
    timeoutMs: 300,
  });
  await expect(impatient.read('sys/health')).rejects.toMatchObject({ statusCode: null });
  vault.mend();
  await expect(impatient.read('sys/health')).resolves.toMatchObject({ sealed: false });
});

test('an API key is followed to its newest version', async () => {
  const client = await clientOf('payment');
  const login = createVaultLogin(client, 'payment');
  const apiKey = await createApiKey({ client, login, path: 'payment/card-network', log: () => {}, pollMs: 20 });
  expect(apiKey.current()).toEqual({ value: 'cnk_first', version: 1 });
  vault.writeSecret('payment/card-network', { key: 'cnk_second' });
  await expect.poll(() => apiKey.current(), patiently).toEqual({ value: 'cnk_second', version: 2 });
  await apiKey.close();
  await expect((await clientOf('order')).read('kv/data/payment/card-network')).rejects.toMatchObject({
    statusCode: 403,
  });
});

test('nobody logs in but with the SVID that a role is for, of an authority of the bundle in force', async () => {
  const other = await createTestCertificateAuthority('zt.example');
  const theirs = await other.issueSvid({ spiffeId: idOf('order') });
  const stranger = createFixedX509Source(createIdentitySnapshot(theirs, [authority.bundle]));
  const cases = [await clientOf('payment'), await clientOf('order', stranger)];
  const serverOnly = await authority.issueSvid({ spiffeId: idOf('order'), purposes: ['1.3.6.1.5.5.7.3.1'] });
  const past = await authority.issueSvid({ spiffeId: idOf('order'), notAfter: new Date(Date.now() - 1000) });
  for (const svid of [serverOnly, past]) {
    cases.push(await clientOf('order', createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]))));
  }
  for (const client of cases) {
    await expect(createVaultLogin(client, 'order').token()).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('failed to match all constraints'),
    });
  }
});

test('its SVID and its bundle are followed through a change of authority', async () => {
  const next = await createTestCertificateAuthority('zt.example');
  const svid = await next.issueSvid({ spiffeId: idOf('vault') });
  source.set(createIdentitySnapshot(svid, [next.bundle]));
  const client = await clientOf('order', await sourceOf('order', next));
  await expect.poll(() => createVaultLogin(client, 'order').token().then(Boolean), patiently).toBe(true);
  await expect(createVaultLogin(await clientOf('order'), 'order').token()).rejects.toThrow();
});

test('what is asked and answered is written down, and no secret with it', async () => {
  const { username, password, token, client } = await takeLogin();
  await expect(client.read('kv/data/payment/card-network', token)).rejects.toMatchObject({ statusCode: 403 });
  const payment = await clientOf('payment');
  await payment.read('kv/data/payment/card-network', (await createVaultLogin(payment, 'payment').token()).value);
  await expect(createVaultLogin(payment, 'order').token()).rejects.toMatchObject({ statusCode: 400 });
  const file = join(directory, 'audit.log');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, 'utf8');
  for (const secret of [username, password, token, 'cnk_first']) expect(text).not.toContain(secret);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.findLast(({ request }) => request.path === 'auth/cert/login')).toMatchObject({
    type: 'response',
    response: { data: { error: expect.stringMatching(/^hmac-sha256:/) } },
  });
  expect(lines).toContainEqual(
    expect.objectContaining({
      error: expect.stringContaining('permission denied'),
      auth: expect.objectContaining({ display_name: 'cert-order' }),
    }),
  );
  expect(inspect(events, { depth: 9 })).not.toContain(password);
});

test('a role or a policy that it could not keep to is refused at the start', async () => {
  const [role] = options().certRoles;
  const limited = { name: 'order', body: { ...role?.body, token_num_uses: 3 } };
  await expect(startDevelopmentVault({ ...options(), certRoles: [limited] })).rejects.toThrow('token_num_uses');
  const rules = [{ path: 'kv/+/x', capabilities: ['read'] }];
  await expect(startDevelopmentVault({ ...options(), policies: [{ name: 'x', rules }] })).rejects.toThrow('kv/+/x');
});
