import { accessGraph, postgresSetup } from '@zt/access-graph';
import { startTestDatabase, type TestDatabase } from '@zt/kit/testing';

/** The service's own database, without users. */
export function startIdentityDatabase(): Promise<TestDatabase> {
  return startTestDatabase({
    name: 'identity',
    migrations: new URL('../../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, 'identity'),
  });
}
