import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pemOfX509Svid } from '../../identity/x509-svid.ts';
import type { Database } from '../../vault/database.ts';
import { createVaultDatabase } from '../../vault/database-pool.ts';
import type { LoginEvent } from '../../vault/rotating-login.ts';
import { type DevelopmentVault, startDevelopmentVault } from '../vault/index.ts';
import { idOf, startVaultWorld, type VaultWorld } from '../vault/testing/vault-world.ts';

/** `order` with its database: logins from a development Vault, in a real Postgres, and both can be broken. */
export interface DatabaseGround {
  readonly vault: DevelopmentVault;
  readonly database: Database;
  readonly events: readonly LoginEvent[];
  happened(event: LoginEvent['event']): boolean;
  close(): Promise<void>;
}

/** A Postgres that shows the SVID `postgres`, as the kit's pool wants it, with order's database. */
export async function startPostgresWithSvid(): Promise<VaultWorld> {
  const world = await startVaultWorld();
  const { postgres, authority } = world;
  const { cert, key } = pemOfX509Svid(await authority.issueSvid({ spiffeId: idOf('postgres') }));
  const data = join(postgres.directory, 'data');
  await writeFile(join(data, 'server.crt'), cert);
  await writeFile(join(data, 'server.key'), key, { mode: 0o600 });
  await postgres.execute('alter system set ssl = on');
  await postgres.execute('select pg_reload_conf()');
  await postgres.execute('create database "order"');
  return world;
}

export async function startDatabaseGround(world: VaultWorld, leaseSeconds = 60): Promise<DatabaseGround> {
  const options = world.options(await world.sourceOf('vault'), () => {});
  const lease = { default_ttl: `${leaseSeconds}s`, max_ttl: `${leaseSeconds}s` };
  const databaseRoles = options.databaseRoles.map(({ name, body }) => ({ name, body: { ...body, ...lease } }));
  const vault = await startDevelopmentVault({ ...options, databaseRoles });
  const events: LoginEvent[] = [];
  const database = await createVaultDatabase({
    source: await world.sourceOf('order'),
    vaultAddress: vault.address,
    vaultSpiffeId: idOf('vault'),
    role: 'order',
    databaseHost: world.postgres.host,
    databasePort: world.postgres.port,
    postgresSpiffeId: idOf('postgres'),
    log: (event) => events.push(event),
  });
  return {
    vault,
    database,
    events,
    happened: (event) => events.some((each) => each.event === event),
    async close() {
      await database.close();
      await vault.close();
    },
  };
}
