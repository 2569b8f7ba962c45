export { databaseSetups } from './database-setups.ts';
export { type DemoUsers, provisionDemoUsers, readDemoUsers } from './demo-users.ts';
export { reconcilePostgres } from './reconcile-postgres.ts';
export { type RunningPostgres, startPostgres } from './start-postgres.ts';
