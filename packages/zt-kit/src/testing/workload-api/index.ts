export { type RollStep, rollSteps } from './authority-roll.ts';
export {
  createDevelopmentAuthority,
  type DevelopmentAuthority,
  type DevelopmentIdentity,
} from './development-authority.ts';
export type { DevelopmentLogLine } from './development-log.ts';
export {
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from './development-workload-api.ts';
export { type AuthoritySteps, rollAuthority, taintAuthority } from './roll-authority.ts';
