import { z } from 'zod';
import type { Connection } from './connection.ts';
import { type ManifestObject, objectsOf } from './manifest-object.ts';

const group = 'policy.linkerd.io';
const server = z.strictObject({
  podSelector: z.strictObject({ matchLabels: z.strictObject({ 'app.kubernetes.io/name': z.string() }) }),
  port: z.number(),
  proxyProtocol: z.literal('opaque'),
  accessPolicy: z.literal('deny'),
});
const reference = (kind: string) =>
  z.strictObject({ group: z.literal(group), kind: z.literal(kind), name: z.string() });
const authorizationPolicy = z.strictObject({
  targetRef: reference('Server'),
  requiredAuthenticationRefs: z.tuple([reference('MeshTLSAuthentication')]),
});
const authentication = z.strictObject({
  identityRefs: z
    .array(z.strictObject({ kind: z.literal('ServiceAccount'), name: z.string(), namespace: z.literal('shop') }))
    .min(1),
});

/** What Linkerd's objects let through, read back. Throws where one names another that is not there. */
export function linkerdConnections(objects: readonly ManifestObject[]): Connection[] {
  const servers = objectsOf(objects, group, 'Server', server);
  const authentications = objectsOf(objects, group, 'MeshTLSAuthentication', authentication);
  const ends = servers.map(({ spec }) => `${spec.podSelector.matchLabels['app.kubernetes.io/name']}:${spec.port}`);
  const twice = ends.find((end, index) => ends.indexOf(end) !== index);
  if (twice !== undefined)
    throw new TypeError(`two Servers are of ${twice}: Linkerd takes one, and nobody knows which`);
  return objectsOf(objects, group, 'AuthorizationPolicy', authorizationPolicy).flatMap(({ metadata, spec }) => {
    const target = named(servers, spec.targetRef.name, metadata.name);
    const { identityRefs } = named(authentications, spec.requiredAuthenticationRefs[0].name, metadata.name);
    const callee = target.podSelector.matchLabels['app.kubernetes.io/name'];
    return identityRefs.map(({ name: caller }) => ({ caller, callee, port: target.port }));
  });
}

function named<Spec>(
  objects: readonly { readonly metadata: { readonly name: string }; readonly spec: Spec }[],
  name: string,
  by: string,
): Spec {
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new TypeError(`AuthorizationPolicy ${by} names ${name}, which is not there`);
  return found.spec;
}
