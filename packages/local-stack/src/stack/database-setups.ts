import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accessGraph, postgresSetup } from '@zt/access-graph';
import type { DatabaseSetup } from '../postgres/index.ts';

/** The database of each service that has tables, with the tables from `apps/<service>/migrations`. */
export function databaseSetups(repositoryRoot: string): DatabaseSetup[] {
  return accessGraph.services
    .filter(({ tables }) => tables !== null)
    .map(({ name }) => {
      const { owner, cluster, database, tableGrants } = postgresSetup(accessGraph, name);
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
