export { databaseSetups } from './database-setups.ts';
export { type DemoUsers, provisionDemoUsers, readDemoUsers } from './demo-users.ts';
export { type OperatorAccess, withOperatorClient } from './operator-client.ts';
export { type DatabaseSetup, reconcilePostgres } from './reconcile-postgres.ts';
export type { ServerCertificateFiles } from './server-certificate.ts';
export { type RunningPostgres, startPostgres } from './start-postgres.ts';
