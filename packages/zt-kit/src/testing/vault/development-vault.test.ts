import { readFile, stat } from 'node:fs/promises';
import { inspect } from 'node:util';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySnapshot } from '../../identity/index.ts';
import { createDatabaseCredentials } from '../../vault/database-credentials.ts';
import { connectFailure } from '../../vault/database-failure.ts';
import { createApiKey, createVaultLogin } from '../../vault/index.ts';
import { createLeasedPool } from '../../vault/leased-pool.ts';
import { createLoginDatabase } from '../../vault/login-database.ts';
import { createRotatingLogin } from '../../vault/rotating-login.ts';
import { createFixedX509Source, createTestCertificateAuthority, type FixedX509Source } from '../index.ts';
import { type DevelopmentVault, startDevelopmentVault } from './index.ts';
import { idOf, startVaultWorld, type VaultWorld } from './testing/vault-world.ts';

let world: VaultWorld;
let source: FixedX509Source;
let vault: DevelopmentVault;
let events: { readonly event?: string }[];

beforeAll(async () => {
  world = await startVaultWorld();
}, 30_000);

afterAll(() => world?.close());

beforeEach(async () => {
  events = [];
  source = await world.sourceOf('vault');
  vault = await startDevelopmentVault(options());
});

afterEach(() => vault.close());

const options = () => world.options(source, (event) => events.push(event));
const clientOf = (name: string, from?: FixedX509Source) => world.clientOf(vault.address, name, from);
const takeLogin = (name?: string, role?: string) => world.takeLogin(vault.address, name, role);
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
  const session = await world.connectAs(login);
  const { rows } = await session.query(`select pg_has_role(current_user, 'order', 'member') as member`);
  expect(rows).toEqual([{ member: true }]);
  const ended = new Promise((resolve) => session.once('end', resolve));
  await client.write('sys/leases/revoke', { lease_id: leaseId, sync: true }, token);
  await ended;
  expect(await world.logins()).not.toContain(login.username);
});

test('a service works on through logins of two seconds that are renewed and replaced', async () => {
  const client = await clientOf('order');
  const logins = createRotatingLogin({
    source: createDatabaseCredentials(client, createVaultLogin(client, 'order'), 'order'),
    async openPool({ username, password }) {
      const pool = new Pool({
        host: world.postgres.host,
        port: world.postgres.port,
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
  await expect.poll(world.logins, patiently).toEqual([]);
}, 20_000);

test('a login ends with its lease, and with the token it was taken with, revoked or over', async () => {
  const { client, token } = await takeLogin('order', 'lasting');
  await client.write('auth/token/revoke-self', {}, token);
  await expect.poll(world.logins, patiently).toEqual([]);
  await takeLogin('hasty', 'lasting');
  const ofLease = await takeLogin('order', 'order');
  await expect.poll(world.logins, patiently).toEqual([]);
  const renewal = { lease_id: ofLease.leaseId };
  await expect(ofLease.client.write('sys/leases/renew', renewal, ofLease.token)).rejects.toMatchObject({
    statusCode: 400,
  });
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
  const stranger = createFixedX509Source(createIdentitySnapshot(theirs, [world.authority.bundle]));
  const cases = [await clientOf('payment'), await clientOf('order', stranger)];
  const serverOnly = await world.authority.issueSvid({ spiffeId: idOf('order'), purposes: ['1.3.6.1.5.5.7.3.1'] });
  const past = await world.authority.issueSvid({ spiffeId: idOf('order'), notAfter: new Date(Date.now() - 1000) });
  for (const svid of [serverOnly, past]) {
    cases.push(await clientOf('order', createFixedX509Source(createIdentitySnapshot(svid, [world.authority.bundle]))));
  }
  for (const client of cases) {
    await expect(createVaultLogin(client, 'order').token()).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('failed to match all constraints'),
    });
  }
});

test('what is asked and answered is written down, and no secret with it', async () => {
  const { username, password, token, client } = await takeLogin();
  await expect(client.read('kv/data/payment/card-network', token)).rejects.toMatchObject({ statusCode: 403 });
  const payment = await clientOf('payment');
  await payment.read('kv/data/payment/card-network', (await createVaultLogin(payment, 'payment').token()).value);
  await expect(createVaultLogin(payment, 'order').token()).rejects.toMatchObject({ statusCode: 400 });
  const { auditFile: file } = options();
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
