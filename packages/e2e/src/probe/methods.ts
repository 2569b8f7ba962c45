import type { MethodDefinition } from '@grpc/grpc-js';
import { accessGraph } from '@zt/access-graph';
import { HealthService } from '@zt/proto/health';

export type Method = MethodDefinition<Readonly<Record<string, unknown>>, unknown>;
type Api = Readonly<Record<string, Method>>;

/** Every method that a workload may be asked over gRPC, by its full name: those of the access graph's APIs, and health. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [HealthService as unknown as Api, ...(await Promise.all(apisOfGraph().map(definitionOf)))]
    .flatMap((api) => Object.values(api))
    .map((method) => [method.path, method]),
);

/** `order.v1.OrderService` and the like. What is reached over HTTPS only has a name without a version, and no definition. */
function apisOfGraph(): string[] {
  const names = accessGraph.services
    .flatMap((service) => service.methods)
    .map(({ fullName }) => fullName.split('/')[1]);
  return [...new Set(names)].filter((name) => name !== undefined).filter((name) => name.includes('.'));
}

async function definitionOf(api: string): Promise<Api> {
  const [, folder, name] = /^(\w+)\.v1\.(\w+)$/.exec(api) ?? [];
  const generated = (await import(`@zt/proto/${folder}`)) as Readonly<Record<string, Api>>;
  const definition = generated[`${name}Service`];
  if (definition === undefined) throw new TypeError(`proto has no ${api}, which the access graph names`);
  return definition;
}
