import { basename, join } from 'node:path';
import type { Client } from 'pg';
import Postgrator from 'postgrator';

/**
 * Brings a database's tables up to date with the SQL files of a folder (`001.do.sql`, …), as the owner: what it makes
 * belongs to the owner and not to whoever runs this. All of it or nothing. A file that was changed after it ran is an error.
 * Gives how many ran. Errors name the app and the file.
 */
export async function migrate(
  client: Client,
  options: { readonly app: string; readonly directory: string; readonly owner: string },
): Promise<number> {
  const postgrator = new Postgrator({
    driver: 'pg',
    schemaTable: 'public.schema_version',
    migrationPattern: join(escapeGlob(options.directory), '*.sql'),
    execQuery: (query) => client.query(query),
  });
  let file = '';
  const began = ({ filename }: Postgrator.Migration) => {
    file = basename(filename);
  };
  postgrator.on('validation-started', began);
  postgrator.on('migration-started', began);
  await client.query('begin');
  try {
    // Two stacks' set-ups at once would both see the old version.
    await client.query("select pg_advisory_xact_lock(hashtext('zt migrations'))");
    await client.query(`set local role ${client.escapeIdentifier(options.owner)}`);
    const ran = await postgrator.migrate();
    await client.query('commit');
    return ran.length;
  } catch (error) {
    await client.query('rollback');
    throw file === '' ? error : explained(options.app, file, error);
  }
}

function explained(app: string, file: string, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (!message.startsWith('MD5 checksum failed')) return new Error(`${app}'s migration ${file}: ${message}`, { cause });
  return new Error(
    `${app}'s migration ${file} was changed after it ran on this stack. Put the change into a new file beside it, ` +
      `in apps/${app}/migrations; or, for a demo stack, begin anew: end it with zt down and remove its folder in .zt, ` +
      'or with docker compose down -v where it is one of containers.',
    { cause },
  );
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!+@\\]/g, '[$&]');
}
