import { type OperatorAccess, withOperatorClient } from '@zt/e2e/operator-client';
import type { Client } from 'pg';
import { migrate } from './migrate.ts';

/** One service's database, and the SQL that makes it what the access graph says. Each piece may be run again. */
export interface DatabaseSetup {
  readonly name: string;
  /** Roles and what they may do in the whole cluster; run before the database is made. */
  readonly clusterSql: string;
  readonly owner: string;
  /** Run inside the database, before its tables are made. */
  readonly databaseSql: string;
  /** Null where it has no tables. */
  readonly migrationsDirectory: string | null;
  /** Run inside the database, after its tables were made. */
  readonly grantsSql: string;
}

/** What was not there before. */
export interface PostgresChanges {
  readonly databases: readonly string[];
  readonly migrations: number;
}

/** Makes roles, databases, tables and grants what they should be. Run again, it changes nothing. */
export async function reconcilePostgres(
  access: OperatorAccess,
  databases: readonly DatabaseSetup[],
): Promise<PostgresChanges> {
  const created: string[] = [];
  let migrations = 0;
  await withOperatorClient(access, 'postgres', async (client) => {
    for (const database of databases) {
      await client.query(database.clusterSql);
      if (await createDatabase(client, database)) created.push(database.name);
    }
  });
  // One after the other: they share roles, and two changes of one role at a time fail.
  for (const database of databases) {
    await withOperatorClient(access, database.name, async (client) => {
      await client.query(database.databaseSql);
      if (database.migrationsDirectory !== null) {
        const { name: app, migrationsDirectory: directory, owner } = database;
        migrations += await migrate(client, { app, directory, owner });
      }
      await client.query(database.grantsSql);
    });
  }
  return { databases: created, migrations };
}

/** Tells whether there was none. */
async function createDatabase(client: Client, { name, owner }: DatabaseSetup): Promise<boolean> {
  const { rows } = await client.query<{ owner: string }>(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [name],
  );
  const [found] = rows;
  const ids = { name: client.escapeIdentifier(name), owner: client.escapeIdentifier(owner) };
  if (found === undefined) await client.query(`create database ${ids.name} owner ${ids.owner} template template0`);
  else if (found.owner !== owner) await client.query(`alter database ${ids.name} owner to ${ids.owner}`);
  return found === undefined;
}
