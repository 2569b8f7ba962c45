import { once } from 'node:events';
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createIdentitySnapshot, parseSpiffeId } from '../../identity/index.ts';
import { tlsSettingsOf } from '../../mtls/tls-settings.ts';
import { createVaultClient, createVaultLogin } from '../../vault/index.ts';
import { createTestCertificateAuthority, type FixedX509Source } from '../index.ts';
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
const leaseMs = 2_000;
const patiently = { timeout: 10_000 };

test('what Postgres cannot end at the moment is ended as soon as it can', async () => {
  const login = await takeLogin();
  world.hasDatabase = false;
  await expect(login.client.read('database/creds/order', login.token)).rejects.toMatchObject({ statusCode: 500 });
  const end = { lease_id: login.leaseId, sync: true };
  await expect(login.client.write('sys/leases/revoke', end, login.token)).rejects.toMatchObject({ statusCode: 400 });
  expect(await world.logins()).toContain(login.username);
  world.hasDatabase = true;
  await expect.poll(world.logins, patiently).toEqual([]);
  expect(inspect(events)).not.toContain(login.password);
});

test('logins that an earlier run left are ended at the start, once Postgres answers; those given out since are not', async () => {
  await vault.close();
  await world.postgres.execute(
    `set role vault; create role "v-cert-ord-order-left-1" login; create role "v-cert-x" login`,
  );
  world.hasDatabase = false;
  vault = await startDevelopmentVault(options());
  world.hasDatabase = true;
  // One that does not end by itself however long that takes.
  const { username, client, token, leaseId } = await takeLogin('order', 'lasting');
  await expect.poll(() => events.find(({ event }) => event === 'leftover_logins_ended'), patiently).toBeDefined();
  await client.write('sys/leases/renew', { lease_id: leaseId }, token);
  expect(await world.logins()).toEqual([username]);
});

test('sealed it gives nothing out; unsealed it goes on with the tokens and leases there were', async () => {
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

test('what was begun to be asked before it was sealed, and was asked after, is refused', async () => {
  const asked = request(`${vault.address}/v1/auth/cert/login`, {
    ...tlsSettingsOf((await world.sourceOf('order')).current()),
    checkServerIdentity: () => undefined,
    method: 'POST',
    headers: { expect: '100-continue' },
  });
  asked.flushHeaders();
  await once(asked, 'continue');
  vault.seal();
  asked.end('{"name":"order"}');
  const [answer] = await once(asked, 'response');
  expect(answer.statusCode).toBe(503);
});

test('a login that is being made while it closes is ended too', async () => {
  const closing = Promise.withResolvers<void>();
  await vault.close();
  let armed = false;
  vault = await startDevelopmentVault({
    ...options(),
    database() {
      if (armed) closing.resolve(vault.close());
      armed = false;
      return options().database();
    },
  });
  const client = await clientOf('order');
  const { value: token } = await createVaultLogin(client, 'order').token();
  armed = true;
  await client.read('database/creds/lasting', token).catch(() => undefined);
  await closing.promise;
  await delay(500);
  expect(await world.logins()).toEqual([]);
});

test.each([
  ['sealed', () => vault.seal(), () => vault.unseal()],
  ['stopped', () => vault.stop(), () => vault.start()],
])('a lease that is over while it is %s is ended afterwards', async (_what, fail, mend) => {
  const { username } = await takeLogin();
  await fail();
  await delay(leaseMs + 300);
  expect(await world.logins()).toEqual([username]);
  await mend();
  await expect.poll(world.logins, patiently).toEqual([]);
});

test('stopped it is gone; started again it keeps its address, tokens and leases', async () => {
  const { client, token, leaseId } = await takeLogin();
  await vault.stop();
  await expect(client.read('database/creds/order', token)).rejects.toMatchObject({ statusCode: null });
  await vault.start();
  await client.write('sys/leases/revoke', { lease_id: leaseId, sync: true }, token);
});

test('leases are revoked on command, of one role or all', async () => {
  const one = await takeLogin('order', 'lasting');
  const other = await takeLogin();
  expect(await vault.revokeLeases('payment')).toBe(0);
  expect(await vault.revokeLeases('lasting')).toBe(1);
  await expect(world.connectAs(one)).rejects.toThrow('password authentication failed');
  await (await world.connectAs(other)).end();
  expect(await vault.revokeLeases()).toBe(1);
  await expect(world.connectAs(other)).rejects.toThrow('password authentication failed');
});

test('answers come as late as they are told to, until that is mended', async () => {
  vault.answerSlowly(60_000);
  const impatient = createVaultClient({
    source: await world.sourceOf('order'),
    vaultAddress: vault.address,
    vaultSpiffeId: parseSpiffeId(idOf('vault')),
    timeoutMs: 300,
  });
  await expect(impatient.read('sys/health')).rejects.toMatchObject({ statusCode: null });
  vault.mend();
  await expect(impatient.read('sys/health')).resolves.toMatchObject({ sealed: false });
});

test('its SVID and its bundle are followed through a change of authority', async () => {
  const next = await createTestCertificateAuthority('zt.example');
  const svid = await next.issueSvid({ spiffeId: idOf('vault') });
  source.set(createIdentitySnapshot(svid, [next.bundle]));
  const client = await clientOf('order', await world.sourceOf('order', next));
  await expect.poll(() => createVaultLogin(client, 'order').token().then(Boolean), patiently).toBe(true);
  await expect(createVaultLogin(await clientOf('order'), 'order').token()).rejects.toThrow();
});
