export {
  type DevelopmentVault,
  type DevelopmentVaultOptions,
  startDevelopmentVault,
  type VaultRole,
  type VaultRule,
} from './development-vault.ts';
