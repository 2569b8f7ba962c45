export {
  type DevelopmentVault,
  type DevelopmentVaultOptions,
  startDevelopmentVault,
} from './development-vault.ts';
export type { VaultRole } from './vault-role.ts';
