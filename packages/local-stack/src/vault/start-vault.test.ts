import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { withOperatorClient } from '@zt/e2e/operator-client';
import { createIdentitySnapshot, joinTrustBundles, parseSpiffeId } from '@zt/kit/identity';
import { createFixedX509Source, createTestCertificateAuthority, type FixedX509Source } from '@zt/kit/testing';
import { createVaultClient, createVaultDatabase, createVaultLogin } from '@zt/kit/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listApiKeys } from '../operator/jobs/list-api-keys.ts';
import { listLeases } from '../operator/jobs/list-leases.ts';
import { writeApiKey } from '../operator/jobs/write-api-key.ts';
import { createOperator } from '../operator/operator.ts';
import { databaseSetups, type RunningPostgres, reconcilePostgres, startPostgres } from '../postgres/index.ts';
import { createTestStack, spiffeIdOf, type TestStack } from '../postgres/testing/test-stack.ts';
import { postgresPluginOf } from '../programs/index.ts';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import { generateRootToken, withRootToken } from './root-token.ts';
import { readUnsealKey } from './seal.ts';
import { type RunningVault, startVault } from './start-vault.ts';
import { rootTokensIn } from './testing/root-tokens.ts';
import { createTrustUpdater, type TrustUpdaterEvent } from './trust-updater.ts';

const databaseLoginTtlSeconds = 4;
let issued = 0;
const issueApiKey = async () => `cnk_secret-${++issued}`;
await describeWithPrograms('Vault', ['vault'], ({ vault }) => testsOf(vault));

function testsOf(program: string): void {
  let stack: TestStack;
  let postgres: RunningPostgres;
  let vault: RunningVault;

  beforeAll(async () => {
    stack = await createTestStack({ vault: program, vaultPostgresPlugin: postgresPluginOf(program) });
    postgres = await startPostgres(stack.context, { certificate: await stack.serverFiles('postgres') });
    const setups = databaseSetups(accessGraph, stack.context.repositoryRoot);
    await reconcilePostgres(
      postgres.access,
      setups.map((setup) => ({ ...setup, migrationsDirectory: null, grantsSql: '' })),
    );
    await withOperatorClient(postgres.access, 'order', (client) =>
      client.query(
        'create table placed (id bigint generated always as identity, by_login text); grant insert, select on placed to "order"',
      ),
    );
    vault = await startVault(stack.context, {
      certificate: await stack.serverFiles('vault'),
      spiffeId: spiffeIdOf('vault'),
    });
    await vault.reconcile({ graph: accessGraph, databaseLoginTtlSeconds, issueApiKey });
  }, 120_000);

  afterAll(() => stack?.close());

  async function sourceOf(service: string): Promise<FixedX509Source> {
    return createFixedX509Source(await stack.identityOf(service));
  }

  function clientOf(source: FixedX509Source, vaultSpiffeId = spiffeIdOf('vault')) {
    return createVaultClient({ source, vaultAddress: vault.address, vaultSpiffeId: parseSpiffeId(vaultSpiffeId) });
  }

  function databaseOf(source: FixedX509Source, events: object[] = []) {
    return createVaultDatabase({
      source,
      vaultAddress: vault.address,
      vaultSpiffeId: spiffeIdOf('vault'),
      role: 'order',
      databaseHost: '127.0.0.1',
      databasePort: stack.context.ports.postgres,
      postgresSpiffeId: spiffeIdOf('postgres'),
      log: (event) => events.push(event),
      limits: { startMs: 10_000 },
    });
  }

  test('workers write without a failure while logins are replaced and the SVID rotates', async () => {
    const source = await sourceOf('order');
    const events: { readonly event: string }[] = [];
    const database = await databaseOf(source, events);
    const until = Date.now() + 9_000;
    const failures: unknown[] = [];
    let done = 0;
    const worker = async () => {
      while (Date.now() < until) {
        try {
          await database.transaction((transaction) =>
            transaction.query('insert into placed (by_login) values (session_user)'),
          );
          done++;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const rotation = setInterval(() => void stack.identityOf('order').then((identity) => source.set(identity)), 500);
    await Promise.all([worker(), worker(), worker(), worker()]);
    clearInterval(rotation);
    const [count] = await database.query<{ rows: number; logins: number }>(
      'select count(*)::int as rows, count(distinct by_login)::int as logins from placed',
    );
    await database.close();
    expect(failures).toEqual([]);
    expect(count?.rows).toBe(done);
    expect(count?.logins).toBeGreaterThanOrEqual(4);
    expect(events.filter(({ event }) => event === 'database_login_failed')).toEqual([]);
    expect(await rolesLeft()).toEqual([]);
  }, 40_000);

  async function rolesLeft(): Promise<unknown[]> {
    return await withOperatorClient(postgres.access, 'postgres', async (client) => {
      const { rows } = await client.query("select rolname from pg_roles where rolname like 'v-%'");
      return rows;
    });
  }

  test("another workload's SVID does not log in as order, nor does one of another authority", async () => {
    await expect(createVaultLogin(clientOf(await sourceOf('payment')), 'order').token()).rejects.toMatchObject({
      statusCode: 400,
    });
    const other = await createTestCertificateAuthority('zt.example');
    const { svid } = await stack.identityOf('order', other);
    const foreign = createFixedX509Source(createIdentitySnapshot(svid, [stack.authority.bundle]));
    await expect(createVaultLogin(clientOf(foreign), 'order').token()).rejects.toMatchObject({
      reason: 'vault_unavailable',
    });
  });

  test("a token opens its own service's logins and nothing besides", async () => {
    const client = clientOf(await sourceOf('order'));
    const { value } = await createVaultLogin(client, 'order').token();
    const theirs = clientOf(await sourceOf('payment'));
    const { value: theirToken } = await createVaultLogin(theirs, 'payment').token();
    const lease = await theirs.read('database/creds/payment', theirToken);
    for (const path of [
      'database/creds/payment',
      'database/roles/order',
      'sys/policies/acl/order',
      'auth/cert/certs/order',
    ]) {
      await expect(client.read(path, value), path).rejects.toMatchObject({ statusCode: 403 });
    }
    await expect(client.write('sys/leases/revoke', { lease_id: lease.lease_id }, value)).rejects.toMatchObject({
      statusCode: 403,
    });
    await theirs.write('sys/leases/revoke', { lease_id: lease.lease_id, sync: true }, theirToken);
  });

  test('a Vault with another SPIFFE ID gets no token, whatever the environment says', async () => {
    process.env.VAULT_SKIP_VERIFY = '1';
    process.env.HTTPS_PROXY = 'http://127.0.0.1:9';
    try {
      const client = clientOf(await sourceOf('order'), spiffeIdOf('payment'));
      await expect(createVaultLogin(client, 'order').token()).rejects.toMatchObject({
        cause: { reason: 'peer_not_expected' },
      });
      await expect(createVaultLogin(clientOf(await sourceOf('order')), 'order').token()).resolves.toBeDefined();
    } finally {
      delete process.env.VAULT_SKIP_VERIFY;
      delete process.env.HTTPS_PROXY;
    }
  });

  test('the unseal key is readable by the operating user only, and what Vault gave out is in its audit log', async () => {
    const directory = join(stack.context.stateDirectory, 'vault');
    for (const file of ['unseal-key', 'vault.hcl', 'audit.log'])
      expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    const audit = await readFile(join(directory, 'audit.log'), 'utf8');
    expect(audit).toContain('database/creds/order');
  });

  test('a token is bound to no certificate', async () => {
    // Else its renewal fails once SPIRE's authority has changed. The test authority has no key identifiers, which is what
    // Vault compares, so that only the setting shows it here.
    const operator = clientOf(await sourceOf('vault'));
    const unsealKey = await readUnsealKey(join(stack.context.stateDirectory, 'vault', 'unseal-key'));
    const { data } = await withRootToken(
      operator,
      () => generateRootToken(operator, unsealKey),
      (root) => operator.read('auth/cert/config', root),
    );
    expect(data).toMatchObject({ disable_binding: true });
  });

  test("the card network's key is payment's to read, the operator's to write, nobody else's, and in no record", async () => {
    const as = async (service: string) => {
      const client = clientOf(await sourceOf(service));
      return { client, token: (await createVaultLogin(client, service).token()).value };
    };
    const [payment, order, operator] = await Promise.all(['payment', 'order', 'operator'].map(as));
    if (payment === undefined || order === undefined || operator === undefined) return expect.fail();
    const path = 'kv/data/payment/card-network';
    const versionRead = async () => (await payment.client.read(path, payment.token)).data;
    await expect(versionRead()).resolves.toMatchObject({ data: { key: 'cnk_secret-1' }, metadata: { version: 1 } });
    for (const { client, token } of [order, operator]) {
      await expect(client.read(path, token)).rejects.toMatchObject({ statusCode: 403 });
    }
    const next = { data: { key: 'cnk_secret-next' } };
    await expect(payment.client.write(path, next, payment.token)).rejects.toMatchObject({ statusCode: 403 });
    await operator.client.write(path, next, operator.token);
    await vault.reconcile({ graph: accessGraph, databaseLoginTtlSeconds, issueApiKey });
    await expect(versionRead()).resolves.toMatchObject({ data: { key: 'cnk_secret-next' }, metadata: { version: 2 } });
    const records = await readFile(join(stack.context.stateDirectory, 'vault', 'audit.log'), 'utf8');
    expect(records).toContain(path);
    expect(records).not.toContain('cnk_secret');
    expect(issued).toBe(1);
  });

  test('the operator sees who holds which login until when, and which version of a key is given out, and neither itself', async () => {
    const operator = createOperator(await sourceOf('operator'), { identity: '', audit: '', vault: vault.address });
    const order = clientOf(await sourceOf('order'));
    const { value: token } = await createVaultLogin(order, 'order').token();
    const { lease_id: id, data } = await order.read('database/creds/order', token);
    const leases = await listLeases.run(operator, {});
    expect(leases.find((lease) => lease.id === id)).toMatchObject({
      holder: 'order',
      endsAt: expect.stringMatching(/^20\d\d-/),
    });
    expect(JSON.stringify(leases)).not.toContain(data?.password);
    await order.write('sys/leases/revoke', { lease_id: id, sync: true }, token);
    expect((await listLeases.run(operator, {})).map((lease) => lease.id)).not.toContain(id);
    const before = await listApiKeys.run(operator, {});
    expect(before).toMatchObject([{ holder: 'payment', thirdParty: 'card-network', version: expect.any(Number) }]);
    const written = await writeApiKey.run(operator, { path: 'payment/card-network', key: 'cnk_secret-more' });
    expect(written.version).toBe((before[0]?.version ?? 0) + 1);
    expect(await listApiKeys.run(operator, {})).toMatchObject([{ version: written.version }]);
    await operator.withVault(async ({ client, token }) => {
      for (const path of ['database/creds/order', 'kv/data/payment/card-network']) {
        await expect(client.read(path, token)).rejects.toMatchObject({ statusCode: 403 });
      }
    });
  });

  test('no root token is left after a reconciliation, and another one changes nothing', async () => {
    const snapshot = () =>
      withOperatorClient(
        postgres.access,
        'postgres',
        async (client) => (await client.query('select rolname from pg_roles order by 1')).rows,
      );
    const before = await snapshot();
    await vault.reconcile({ graph: accessGraph, databaseLoginTtlSeconds, issueApiKey });
    expect(await snapshot()).toEqual(before);
    const { used, ended } = await rootTokensIn(join(stack.context.stateDirectory, 'vault', 'audit.log'));
    expect(used.size).toBeGreaterThanOrEqual(2);
    expect(ended).toEqual(used);
  });

  test('a certificate authority that changes step by step never keeps a workload out', async () => {
    const old = stack.authority;
    const next = await createTestCertificateAuthority('zt.example');
    const both = joinTrustBundles(old.bundle, next.bundle);
    const events: TrustUpdaterEvent[] = [];
    const updaterSource = await sourceOf('trust-updater');
    const roles = ['trust-updater', 'order', 'inventory', 'payment', 'identity', 'audit'];
    const updater = createTrustUpdater({
      source: updaterSource,
      vaultAddress: vault.address,
      vaultSpiffeId: spiffeIdOf('vault'),
      roles,
      log: (event) => events.push(event),
    });
    const updates = () => events.filter(({ event }) => event === 'vault_trust_updated').length;
    const logIn = async (authority: typeof old, service = 'order') => {
      const { svid } = await stack.identityOf(service, authority);
      return await createVaultLogin(
        clientOf(createFixedX509Source(createIdentitySnapshot(svid, [both]))),
        service,
      ).token();
    };
    await expect.poll(updates, { timeout: 5_000 }).toBe(1);
    await expect(logIn(next)).rejects.toThrow();
    // Prepared: both are in the bundle, all SVIDs are still of the old one.
    updaterSource.set(createIdentitySnapshot(updaterSource.current().svid, [both]));
    await expect.poll(updates, { timeout: 5_000 }).toBe(2);
    await logIn(old);
    await logIn(next);
    const orderSource = createFixedX509Source(createIdentitySnapshot((await stack.identityOf('order')).svid, [both]));
    const orderLogin = createVaultLogin(clientOf(orderSource), 'order');
    const heldToken = await orderLogin.token();
    // Activated: the updater, and Vault itself, have an SVID of the new one.
    await stack.serverFiles('vault', next, [both]);
    vault.reload();
    updaterSource.set(createIdentitySnapshot((await stack.identityOf('trust-updater', next)).svid, [both]));
    await logIn(next, 'trust-updater');
    // A token, and the leases with it, outlive the authority that vouched for the certificate it was got with.
    orderSource.set(createIdentitySnapshot((await stack.identityOf('order', next)).svid, [both]));
    expect((await orderLogin.renew(heldToken)).value).toBe(heldToken.value);
    // Revoked: the old one is gone.
    updaterSource.set(createIdentitySnapshot(updaterSource.current().svid, [next.bundle]));
    await expect.poll(updates, { timeout: 5_000 }).toBe(3);
    await expect(logIn(old)).rejects.toThrow();
    await logIn(next);
    // A whole change that nobody could log in during: the token in hand is enough.
    const third = await createTestCertificateAuthority('zt.example');
    const { svid } = await stack.identityOf('trust-updater', third);
    updaterSource.set(createIdentitySnapshot(svid, [joinTrustBundles(third.bundle, next.bundle)]));
    await expect.poll(updates, { timeout: 5_000 }).toBe(4);
    await updater.close();
    expect(events.every(({ event }) => event === 'vault_trust_updated')).toBe(true);
  }, 40_000);

  test('a Vault that was stopped comes back unsealed, with the same roles, and a database that lost it recovers by itself', async () => {
    // The authority changed above: everything of this test is of the first one again.
    await stack.serverFiles('vault');
    vault.reload();
    const reconciled = () =>
      vault.reconcile({ graph: accessGraph, databaseLoginTtlSeconds, issueApiKey }).then(
        () => true,
        () => false,
      );
    await expect.poll(reconciled, { timeout: 10_000 }).toBe(true);
    const source = await sourceOf('order');
    const database = await databaseOf(source);
    await vault.process.stop();
    const before = database.describe();
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    await expect.poll(() => database.describe(), { timeout: 10_000 }).toBeNull();
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(before?.leaseEndsAt ?? ''));
    await expect(database.query('select 1')).rejects.toMatchObject({ reason: 'database_unavailable' });
    vault = await startVault(stack.context, {
      certificate: await stack.serverFiles('vault'),
      spiffeId: spiffeIdOf('vault'),
    });
    await expect.poll(() => database.describe(), { timeout: 20_000 }).not.toBeNull();
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    await database.close();
  }, 60_000);

  test.each([
    ['is sealed', () => vault.seal(), () => vault.unseal()],
    ['hangs', async () => vault.process.signal('SIGSTOP'), async () => vault.process.signal('SIGCONT')],
  ] as const)(
    'while Vault %s a database serves until its lease ends, is refused then, and comes back by itself',
    async (...each) => {
      const [, breakIt, mend] = each;
      const database = await databaseOf(await sourceOf('order'));
      const before = database.describe();
      await breakIt();
      try {
        expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
        await expect.poll(() => database.describe(), { timeout: 10_000 }).toBeNull();
        expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(before?.leaseEndsAt ?? ''));
        await expect(database.query('select 1')).rejects.toMatchObject({ reason: 'database_unavailable' });
      } finally {
        await mend();
      }
      await expect.poll(() => database.describe(), { timeout: 20_000 }).not.toBeNull();
      expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
      await database.close();
    },
    60_000,
  );
}
