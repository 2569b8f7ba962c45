export { bypassPaths } from './bypass-attempts.ts';
export { forgerSeams, keyDirectoryOf } from './forger-seams.ts';
