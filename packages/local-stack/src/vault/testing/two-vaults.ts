import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph, type VaultCertRole, vaultCertRoles, vaultDatabaseRoles, vaultPolicies } from '@zt/access-graph';
import { createIdentitySnapshot, type IdentitySnapshot, parseSpiffeId, pemOfX509Svid } from '@zt/kit/identity';
import { createFixedX509Source, createTestCertificateAuthority } from '@zt/kit/testing';
import { startDevelopmentVault, type VaultRole } from '@zt/kit/testing/vault';
import { createVaultClient } from '@zt/kit/vault';
import { databaseSetups, reconcilePostgres, startPostgres } from '../../postgres/index.ts';
import { createTestStack, spiffeIdOf, type TestStack } from '../../postgres/testing/test-stack.ts';
import { postgresPluginOf } from '../../programs/index.ts';
import { generateRootToken, withRootToken } from '../root-token.ts';
import { readUnsealKey } from '../seal.ts';
import { startVault } from '../start-vault.ts';

/** A Vault that the same is asked of as of another. */
export interface AskedVault {
  readonly address: string;
  readonly auditFile: string;
  seal(): Promise<void>;
  unseal(): Promise<void>;
}

export interface TwoVaults {
  readonly real: AskedVault;
  readonly development: AskedVault;
  /** By the name of a workload; `stranger` says that it is order, by another authority's word. */
  readonly identities: ReadonlyMap<string, IdentitySnapshot>;
  /** PEM of the authority that vouches for all others. */
  readonly bundle: string;
  /** Stops it once both have been talked with as far as this. */
  stopPostgres(): Promise<void>;
  close(): Promise<void>;
}

const leaseSeconds = 30;
const everything = ['create', 'read', 'update', 'delete', 'list', 'sudo'];

/** Two logins that no workload has: one may do anything in any engine, the other's tokens end soon. */
const extraRoles = [
  { name: 'prober', seconds: 600 },
  { name: 'brief', seconds: 2 },
].map(({ name, seconds }) => ({
  name,
  body: {
    allowed_uri_sans: [spiffeIdOf(name)],
    display_name: name,
    token_policies: [name],
    token_no_default_policy: true,
    token_ttl: `${seconds}s`,
    token_max_ttl: `${seconds * 2}s`,
  },
}));

const extraPolicies = extraRoles.map(({ name }) => ({
  name,
  rules: ['auth/*', 'database/*', 'kv/*', 'sys/*', 'nowhere/*'].map((path) => ({ path, capabilities: everything })),
}));

/** The real Vault and the development one, set up alike, and giving out logins of one Postgres. */
export async function startTwoVaults(program: string): Promise<TwoVaults> {
  const stack = await createTestStack({ vault: program, vaultPostgresPlugin: postgresPluginOf(program) });
  try {
    return await startIn(stack);
  } catch (error) {
    await stack.close();
    throw error;
  }
}

async function startIn(stack: TestStack): Promise<TwoVaults> {
  const postgres = await startPostgres(stack.context, { certificate: await stack.serverFiles('postgres') });
  const setups = databaseSetups(accessGraph, stack.context.repositoryRoot);
  await reconcilePostgres(
    postgres.access,
    setups.map((setup) => ({ ...setup, migrationsDirectory: null, grantsSql: '' })),
  );
  const real = await startReal(stack);
  const development = await startDevelopment(stack);
  const names = ['order', 'payment', 'operator', 'trust-updater', 'prober', 'brief'];
  const known = await Promise.all(names.map(async (name) => [name, await stack.identityOf(name)] as const));
  const stranger = await stack.identityOf('order', await createTestCertificateAuthority('zt.example'));
  let asked = 0;
  const stopped = Promise.withResolvers<void>();
  return {
    real,
    development,
    identities: new Map([...known, ['stranger', stranger] as const]),
    bundle: stack.authority.bundle.x509Authorities.map((each) => each.toString()).join(''),
    async stopPostgres() {
      asked++;
      if (asked === 2) stopped.resolve(postgres.process.stop());
      await stopped.promise;
    },
    async close() {
      await development.close();
      await stack.close();
    },
  };
}

async function startReal(stack: TestStack): Promise<AskedVault> {
  const certificate = await stack.serverFiles('vault');
  const vault = await startVault(stack.context, { certificate, spiffeId: spiffeIdOf('vault') });
  const issueApiKey = async () => 'cnk_first';
  await vault.reconcile({ graph: accessGraph, databaseLoginTtlSeconds: leaseSeconds, issueApiKey });
  const directory = join(stack.context.stateDirectory, 'vault');
  const client = createVaultClient({
    source: createFixedX509Source(await stack.identityOf('vault')),
    vaultAddress: vault.address,
    vaultSpiffeId: parseSpiffeId(spiffeIdOf('vault')),
  });
  const newRootToken = async () => generateRootToken(client, await readUnsealKey(join(directory, 'unseal-key')));
  await withRootToken(client, newRootToken, async (token) => {
    for (const { name, rules } of extraPolicies) {
      const policy = rules.map(
        ({ path, capabilities }) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`,
      );
      await client.write(`sys/policies/acl/${name}`, { policy: policy.join('\n') }, token);
    }
    const bundle = await readFile(certificate.bundleFile, 'utf8');
    for (const { name, body } of extraRoles) {
      await client.write(`auth/cert/certs/${name}`, { ...body, certificate: bundle }, token);
    }
  });
  const { address } = vault;
  return { address, auditFile: join(directory, 'audit.log'), seal: () => vault.seal(), unseal: () => vault.unseal() };
}

async function startDevelopment(stack: TestStack): Promise<AskedVault & { close(): Promise<void> }> {
  const identity = await stack.identityOf('vault');
  const auditFile = join(stack.context.stateDirectory, 'development-audit.log');
  const vault = await startDevelopmentVault({
    port: 0,
    source: createFixedX509Source(createIdentitySnapshot(identity.svid, [stack.authority.bundle])),
    certRoles: [...vaultCertRoles(accessGraph, { leaseSeconds }).map(withPeriod), ...extraRoles],
    policies: [...vaultPolicies(accessGraph), ...extraPolicies],
    databaseRoles: vaultDatabaseRoles(accessGraph, { leaseSeconds }),
    database: () => {
      const ca = stack.authority.bundle.x509Authorities.map((each) => each.toString());
      const ssl = { ...pemOfX509Svid(identity.svid), ca, servername: 'localhost' };
      return { host: '127.0.0.1', port: stack.context.ports.postgres, user: 'vault', database: 'postgres', ssl };
    },
    secrets: { 'payment/card-network': { key: 'cnk_first' } },
    auditFile,
    log: () => {},
  });
  return {
    address: vault.address,
    auditFile,
    seal: async () => vault.seal(),
    unseal: async () => vault.unseal(),
    close: () => vault.close(),
  };
}

/** The trust updater's tokens have no end, as `reconcileVault` has it. */
function withPeriod({ name, body }: VaultCertRole): VaultRole {
  return { name, body: name === 'trust-updater' ? { ...body, token_period: '168h' } : body };
}
