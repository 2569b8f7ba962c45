export { fetchJwtSvid, type JwtSvid, watchJwtBundles } from './jwt.ts';
export { createWorkloadApiClient } from './workload-api-client.ts';
export {
  createWorkloadX509Source,
  type IdentityEvent,
  type WorkloadX509Source,
  type WorkloadX509SourceOptions,
} from './workload-x509-source.ts';
export { watchX509Bundles } from './x509-bundles.ts';
