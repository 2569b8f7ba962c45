export {
  type DevelopmentVault,
  type DevelopmentVaultOptions,
  startDevelopmentVault,
  type VaultRole,
} from './development-vault.ts';
