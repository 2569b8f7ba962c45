import { z } from 'zod';
import type { Connection } from './connection.ts';
import { type ManifestObject, objectsOf } from './manifest-object.ts';

const group = 'security.istio.io';
const selector = z.strictObject({ matchLabels: z.strictObject({ 'app.kubernetes.io/name': z.string() }) });
const rule = z.strictObject({
  from: z.tuple([z.strictObject({ source: z.strictObject({ principals: z.array(z.string()).min(1) }) })]),
  to: z.tuple([z.strictObject({ operation: z.strictObject({ ports: z.array(z.string()).min(1) }) })]),
});
const authorizationPolicy = z.union([
  z.strictObject({}),
  z.strictObject({ selector, action: z.literal('ALLOW'), rules: z.array(rule) }),
]);
const peerAuthentication = z.strictObject({ mtls: z.strictObject({ mode: z.string() }) });

/** What Istio's objects say, read back. */
export interface IstioPolicies {
  readonly connections: readonly Connection[];
  /** Whether what no policy names is refused. */
  readonly deniesTheRest: boolean;
  /** How many policies are tried only, and how many hold. */
  readonly dryRun: number;
  readonly enforced: number;
  /** Of PeerAuthentications: `STRICT` lets in nobody without a certificate of the mesh's. */
  readonly modes: readonly string[];
}

export function istioPolicies(objects: readonly ManifestObject[]): IstioPolicies {
  const policies = objectsOf(objects, group, 'AuthorizationPolicy', authorizationPolicy);
  const dryRun = policies.filter(({ metadata }) => metadata.annotations['istio.io/dry-run'] === 'true').length;
  const connections = policies.flatMap(({ spec }) => {
    if (!('rules' in spec)) return [];
    const callee = spec.selector.matchLabels['app.kubernetes.io/name'];
    return spec.rules.flatMap(({ from: [{ source }], to: [{ operation }] }) =>
      source.principals.flatMap((principal) =>
        operation.ports.map((port) => ({ caller: workloadOf(principal), callee, port: Number(port) })),
      ),
    );
  });
  return {
    connections,
    deniesTheRest: policies.some(({ spec }) => !('rules' in spec)),
    dryRun,
    enforced: policies.length - dryRun,
    modes: objectsOf(objects, group, 'PeerAuthentication', peerAuthentication).map(({ spec }) => spec.mtls.mode),
  };
}

/** In the mesh's own trust domain, whatever that is called, and nobody else's. */
function workloadOf(principal: string): string {
  const [, name] = /^cluster\.local\/ns\/shop\/sa\/([a-z0-9-]+)$/.exec(principal) ?? [];
  if (name === undefined) throw new TypeError(`${principal} is no workload's principal`);
  return name;
}
