export type { Seam } from './seam.ts';
export { type SeamedStack, startSeamedStack } from './start-seamed-stack.ts';
