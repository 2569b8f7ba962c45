import { z } from 'zod';
import type { Connection } from './connection.ts';
import { type Endpoint, isOurs } from './everybody.ts';
import type { ManifestObject } from './manifest-object.ts';
import { outputOf } from './run-program.ts';

const answer = z.array(z.strictObject({ caller: z.string(), callee: z.string(), port: z.number() }));

/** What the CiliumNetworkPolicies among these objects let through, as Cilium's own policy engine computes it. */
export async function ciliumConnections(
  ciliumPolicy: string,
  objects: readonly ManifestObject[],
  endpoints: readonly Endpoint[],
  ports: readonly number[],
): Promise<Connection[]> {
  const policies = objects.filter(({ kind }) => kind === 'CiliumNetworkPolicy');
  const input = JSON.stringify({ policies, endpoints, ports });
  const found = answer.parse(JSON.parse(await outputOf(ciliumPolicy, ['connections'], { input })));
  const ours = new Set(endpoints.filter(isOurs).map(({ name }) => name));
  return found.filter(({ caller, callee }) => ours.has(caller) || ours.has(callee));
}
