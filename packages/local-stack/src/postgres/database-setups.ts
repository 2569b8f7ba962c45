import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AccessGraph, postgresSetup } from '@zt/access-graph';
import type { DatabaseSetup } from './reconcile-postgres.ts';

/** Every database that the access graph knows, with the migrations that its service brings. */
export function databaseSetups(graph: AccessGraph, repositoryRoot: string): DatabaseSetup[] {
  return graph.services
    .filter(({ tables }) => tables !== null)
    .map(({ name }) => {
      const { owner, cluster, database, tableGrants } = postgresSetup(graph, name);
      const migrations = join(repositoryRoot, 'apps', name, 'migrations');
      return {
        name,
        owner,
        clusterSql: cluster,
        databaseSql: database,
        migrationsDirectory: existsSync(migrations) ? migrations : null,
        grantsSql: tableGrants,
      };
    });
}
