import type { AccessGraph } from '@zt/access-graph';
import { z } from 'zod';
import { type ManifestObject, objectsOf } from './manifest-object.ts';

/** Somebody with an address: a pod where it has a namespace, a machine outside the cluster where it has none. */
export interface Endpoint {
  readonly name: string;
  readonly address: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const deployment = z.object({
  template: z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) }),
});

export const namespace = 'shop';

const strangers: readonly Omit<Endpoint, 'address'>[] = [
  { name: 'a pod without labels', namespace, labels: {} },
  { name: 'a gateway elsewhere', namespace: 'lab', labels: { 'app.kubernetes.io/name': 'gateway' } },
  { name: 'an order elsewhere', namespace: 'lab', labels: { 'app.kubernetes.io/name': 'order' } },
  { name: 'the DNS', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } },
  ...['identity', 'destination'].map((part) => ({
    name: `Linkerd's ${part}`,
    namespace: 'linkerd',
    labels: { 'linkerd.io/control-plane-component': part },
  })),
];

const machines: readonly Endpoint[] = [
  { name: 'a node', address: '192.168.7.4' },
  { name: 'the metadata service', address: '169.254.169.254' },
  { name: 'the internet', address: '203.0.113.7' },
];

/** Ports that somebody serves here, and some that nobody does. */
export const ports = [22, 53, 80, 443, 4143, 5432, 8080, 8086, 8090, 8200, 8443, 8444, 9090, 15012];

/**
 * Everybody whose connections are looked at: services as their Deployments label them, the other workloads as whoever
 * installs them has to, a second order, and strangers.
 */
export function everybody(graph: AccessGraph, objects: readonly ManifestObject[]): Endpoint[] {
  const services = objectsOf(objects, 'apps', 'Deployment', deployment).map(({ metadata, spec }) => ({
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    labels: spec.template.metadata.labels,
  }));
  const isService = (name: string): boolean => services.some((service) => service.name === name);
  const others = graph.workloads
    .filter(({ name }) => !isService(name))
    .map(({ name }) => ({ name, namespace, labels: { 'app.kubernetes.io/name': name } }));
  const pods = [...services, ...others, ...strangers].map((pod, index) => ({ ...pod, address: `10.0.0.${index + 1}` }));
  return [...pods, ...machines];
}

/** Whether it is here that something has to be enforced at either end. */
export function isOurs({ namespace: its }: Endpoint): boolean {
  return its === namespace;
}
