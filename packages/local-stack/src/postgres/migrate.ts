import { join } from 'node:path';
import type { Client } from 'pg';
import Postgrator from 'postgrator';

/**
 * Brings a database's tables up to date with the SQL files of a folder (`001.do.sql`, …), as the owner: what it makes
 * belongs to the owner and not to whoever runs this. All of it or nothing. A file that was changed after it ran is an error.
 */
export async function migrate(
  client: Client,
  options: { readonly directory: string; readonly owner: string },
): Promise<void> {
  const postgrator = new Postgrator({
    driver: 'pg',
    schemaTable: 'public.schema_version',
    migrationPattern: join(escapeGlob(options.directory), '*.sql'),
    execQuery: (query) => client.query(query),
  });
  await client.query('begin');
  try {
    // Two stacks' set-ups at once would both see the old version.
    await client.query("select pg_advisory_xact_lock(hashtext('zt migrations'))");
    await client.query(`set local role ${client.escapeIdentifier(options.owner)}`);
    await postgrator.migrate();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!+@\\]/g, '[$&]');
}
