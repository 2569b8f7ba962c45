export {
  type AuthorityKind,
  createDevelopmentAuthority,
  type DevelopmentAuthority,
  type DevelopmentBundle,
  type DevelopmentIdentity,
  type RollStep,
} from './development-authority.ts';
export {
  type DevelopmentLogLine,
  type DevelopmentWorkloadApi,
  startDevelopmentWorkloadApi,
} from './development-workload-api.ts';
