export { type ApiKey, type ApiKeyEvent, type ApiKeyOptions, type ApiKeyVersion, createApiKey } from './api-key.ts';
export type { Database, Queryable } from './database.ts';
export type { DatabaseLogin, LoginSource } from './database-login.ts';
export { createVaultDatabase, type DatabaseLimits, type VaultDatabaseOptions } from './database-pool.ts';
export type { EndedBy, LoginEvent } from './rotating-login.ts';
export {
  createVaultClient,
  type VaultAnswer,
  type VaultClient,
  type VaultClientIdentity,
  type VaultClientOptions,
  VaultError,
} from './vault-client.ts';
export { createVaultLogin, type VaultLogin, type VaultToken } from './vault-login.ts';
