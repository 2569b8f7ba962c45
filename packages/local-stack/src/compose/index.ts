export { operatorName } from '../operator/operator-name.ts';
export { certificateServers } from '../sidecar/sidecar-workloads.ts';
export { trialName, workloadLabel } from './container-workloads.ts';
export { hostOf, publicHostOf, thirdPartyHostOf } from './places.ts';
export { lastingServices, steps } from './stack-services.ts';
