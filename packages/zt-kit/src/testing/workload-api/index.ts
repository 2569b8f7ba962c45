export type { RollStep } from './authority-roll.ts';
export {
  type AuthorityKind,
  createDevelopmentAuthority,
  type DevelopmentAuthority,
  type DevelopmentBundle,
  type DevelopmentIdentity,
} from './development-authority.ts';
export type { DevelopmentLogLine } from './development-log.ts';
export {
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from './development-workload-api.ts';
export { type AuthoritySteps, rollAuthority, taintAuthority } from './roll-authority.ts';
