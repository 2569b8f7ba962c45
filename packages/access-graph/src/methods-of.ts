import type { AccessGraph, GraphMethod } from './graph.ts';

/** Health (grpc.health.v1) is served by every service, for itself. It is not part of what people write. */
export const healthMethods: readonly string[] = ['/grpc.health.v1.Health/Check', '/grpc.health.v1.Health/Watch'];

/** The full names of all methods that a service serves, health among them. */
export function methodsOf<Name extends string>(graph: AccessGraph<Name>, name: NoInfer<Name>): string[] {
  const service = graph.services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new TypeError(`the access graph has no service ${name}`);
  return [...service.methods.map((method) => method.fullName), ...healthMethods];
}

/** The scopes to ask for in a token for this method: its own, and those of every method that it calls in turn. */
export function scopesFor(graph: AccessGraph, fullName: string): readonly string[] {
  return methodNamed(graph, fullName).tokenScopes;
}

function methodNamed(graph: AccessGraph, fullName: string): GraphMethod {
  const methods = graph.services.flatMap((service) => service.methods);
  const method = methods.find((candidate) => candidate.fullName === fullName);
  if (method === undefined) throw new TypeError(`the access graph has no method ${fullName}`);
  return method;
}
