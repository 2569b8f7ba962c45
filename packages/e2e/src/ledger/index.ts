export { createLedger, type Ledger } from './ledger.ts';
export {
  createRotationCount,
  databaseLogins,
  type RotationCount,
  type ServiceRotations,
  svidRotations,
} from './rotation-count.ts';
