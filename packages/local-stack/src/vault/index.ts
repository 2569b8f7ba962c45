export { type RunningVault, startVault } from './start-vault.ts';
export { createTrustUpdater } from './trust-updater.ts';
