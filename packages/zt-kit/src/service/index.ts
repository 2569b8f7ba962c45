export { type Address, address, hostAndPort, parseEnvironment } from './environment.ts';
export { JsonStatusError, requestJson } from './fetch-json.ts';
export { createIssuerClient, type IssuerClient } from './issuer-client.ts';
export type { Kit } from './kit.ts';
export type { Log } from './log.ts';
export { runService, type ServiceOptions } from './run-service.ts';
export { CallError } from './secure-client.ts';
export type { Definition, Implementation, Resources, SecureClient } from './service-definition.ts';
export { readUserIssuer } from './user-issuer-settings.ts';
