export type { Fault } from '../admin/fault.ts';
export { startTestCardNetwork, type TestCardNetwork } from './test-card-network.ts';
