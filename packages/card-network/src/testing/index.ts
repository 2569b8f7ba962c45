export { startTestCardNetwork, type TestCardNetwork } from './test-card-network.ts';
