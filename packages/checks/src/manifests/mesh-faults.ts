import { z } from 'zod';
import type { Connection } from './connection.ts';
import { namespace } from './everybody.ts';
import { type ManifestObject, nameOf, objectsOf } from './manifest-object.ts';

const texts = z.record(z.string(), z.string()).default({});
const annotated = z.object({
  template: z.object({ metadata: z.object({ labels: texts, annotations: texts }) }),
});
const served = z.object({ ports: z.array(z.object({ port: z.number(), appProtocol: z.string().optional() })) });

/** How a mesh is told to be in the pods, and to leave their ports for the outside alone. */
export interface MeshMarks {
  readonly namespace: Readonly<Record<string, string>>;
  readonly excludedPorts: string;
  /** By these labels or annotations pods would be out of it, or go by rules of their own. */
  readonly ofPods: readonly string[];
  /** Whose objects are its policies. */
  readonly group: string;
  /** Whether it goes by what Services say of their ports. */
  readonly readsServices: boolean;
}

export const istioMarks: MeshMarks = {
  namespace: { 'istio-injection': 'enabled' },
  excludedPorts: 'traffic.sidecar.istio.io/excludeInboundPorts',
  ofPods: ['sidecar.istio.io/inject', 'traffic.sidecar.istio.io/includeInboundPorts'],
  group: 'security.istio.io',
  readsServices: true,
};

export const linkerdMarks: MeshMarks = {
  namespace: { 'linkerd.io/inject': 'enabled', 'config.linkerd.io/default-inbound-policy': 'deny' },
  excludedPorts: 'config.linkerd.io/skip-inbound-ports',
  ofPods: ['linkerd.io/inject', 'config.linkerd.io/default-inbound-policy'],
  group: 'policy.linkerd.io',
  readsServices: false,
};

/** What of an overlay keeps a mesh from seeing every connection that it should see, and no other. */
export function meshFaults(
  objects: readonly ManifestObject[],
  marks: MeshMarks,
  wanted: readonly Connection[],
): string[] {
  const space = objects.find(({ kind }) => kind === 'Namespace')?.metadata;
  const said = { ...space?.labels, ...space?.annotations };
  const unmarked = Object.entries(marks.namespace)
    .filter(([key, value]) => said[key] !== value)
    .map(([key, value]) => `the namespace does not say ${key}: ${value}`);
  const pods = objectsOf(objects, 'apps', 'Deployment', annotated).flatMap(({ metadata, spec }) => {
    const fromOutside = wanted.filter(({ caller, callee }) => caller === 'the internet' && callee === metadata.name);
    const needed = [...new Set(fromOutside.map(({ port }) => port))].join(',');
    const { labels, annotations } = spec.template.metadata;
    const found = annotations[marks.excludedPorts] ?? '';
    return [
      ...(found === needed
        ? []
        : [`${metadata.name} leaves the ports ${found || 'none'} to the outside, not ${needed || 'none'}`]),
      ...marks.ofPods
        .filter((key) => Object.hasOwn(labels, key) || Object.hasOwn(annotations, key))
        .map((key) => `${metadata.name}'s pods say ${key} for themselves`),
    ];
  });
  const elsewhere = objects
    .filter(({ apiVersion, metadata }) => apiVersion.startsWith(`${marks.group}/`) && metadata.namespace !== namespace)
    .map((object) => `${nameOf(object)} is not of the namespace ${namespace}`);
  const services = objects.filter(
    ({ apiVersion, kind }) => marks.readsServices && apiVersion === 'v1' && kind === 'Service',
  );
  const guessed = services
    .filter(({ spec }) => served.parse(spec).ports.some(({ appProtocol }) => appProtocol !== 'tcp'))
    .map((service) => `${nameOf(service)} has a port whose protocol Istio would read off its name`);
  return [...unmarked, ...pods, ...elsewhere, ...guessed];
}
