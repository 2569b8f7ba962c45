export type { VaultSetup } from './reconcile-vault.ts';
export { type RunningVault, startVault } from './start-vault.ts';
export {
  createTrustUpdater,
  type TrustUpdater,
  type TrustUpdaterEvent,
  type TrustUpdaterOptions,
} from './trust-updater.ts';
