export { type Address, address, hostAndPort, parseEnvironment } from './environment.ts';
export type { Kit } from './kit.ts';
export type { Log } from './log.ts';
export { runService, type ServiceOptions } from './run-service.ts';
export { CallError } from './secure-client.ts';
export type { Definition, Implementation, Resources, SecureClient } from './service-definition.ts';
