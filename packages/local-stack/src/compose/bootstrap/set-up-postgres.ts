import { accessGraph } from '@zt/access-graph';
import { type OperatorAccess, withOperatorClient } from '@zt/e2e/operator-client';
import { databaseSetups } from '../../postgres/database-setups.ts';
import { provisionDemoUsers } from '../../postgres/demo-users.ts';
import { reconcilePostgres } from '../../postgres/reconcile-postgres.ts';
import { runToEnd } from '../../supervisor/run-to-end.ts';
import { places } from '../places.ts';
import type { BootstrapOptions } from './bootstrap-options.ts';

/** Waits for Postgres, and makes its databases and the demo users. */
export async function setUpPostgres(
  access: OperatorAccess,
  { repositoryRoot, patience, report }: BootstrapOptions,
): Promise<void> {
  await patience('postgres', () => withOperatorClient(access, 'postgres', (client) => client.query('select 1')));
  const { databases, migrations } = await reconcilePostgres(access, databaseSetups(accessGraph, repositoryRoot));
  if (databases.length > 0) report(`new databases: ${databases.join(', ')}`);
  if (migrations > 0) report(`migrations that ran: ${migrations}`);
  if (databases.length === 0 && migrations === 0) report('databases: as they should be');
  const users = await provisionDemoUsers(
    { stateDirectory: places.stack, repositoryRoot, processes: { run: runToEnd } },
    access,
  );
  report(users.length === 0 ? 'users: as they should be' : `users with a new password: ${users.join(', ')}`);
}
