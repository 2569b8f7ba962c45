import { expect, test } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { networkDoors } from '../network-doors.ts';
import { kubernetesBase } from './kubernetes-base.ts';
import { type Endpoint, objectsOf, type Policy, reaches } from './testing/network-policy-rules.ts';

const files = kubernetesBase(accessGraph);
const policies = objectsOf<Policy>('NetworkPolicy', files);

interface Deployment {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly template: { readonly metadata: { readonly labels: Record<string, string> } } };
}

/** As their Deployments have them; the others as whoever installs them has to label them. */
const services = objectsOf<Deployment>('Deployment', files).map(({ metadata, spec }) => ({
  name: metadata.name,
  pod: { namespace: metadata.namespace, labels: spec.template.metadata.labels },
}));
const others = accessGraph.workloads
  .filter(({ name }) => services.every((service) => service.name !== name))
  .map(({ name }) => ({ name, pod: { namespace: 'shop', labels: { 'app.kubernetes.io/name': name } } }));

const strangers: readonly Omit<Endpoint, 'address'>[] = [
  { name: 'a pod without labels', pod: { namespace: 'shop', labels: {} } },
  { name: 'a gateway elsewhere', pod: { namespace: 'lab', labels: { 'app.kubernetes.io/name': 'gateway' } } },
  { name: 'an order elsewhere', pod: { namespace: 'lab', labels: { 'app.kubernetes.io/name': 'order' } } },
  { name: 'the DNS', pod: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } } },
];
const machines: readonly Endpoint[] = [
  { name: 'a node', address: '192.168.7.4' },
  { name: 'the metadata service', address: '169.254.169.254' },
  { name: 'the internet', address: '203.0.113.7' },
];
const pods = [...services, ...others, ...strangers].map((each, index) => ({ ...each, address: `10.0.0.${index + 1}` }));
const everybody: readonly Endpoint[] = [...pods, ...machines];
const ports = [22, 53, 80, 443, 5432, 8200, 8443, 8444, 9090];

/** What the graph's doors come to, with each port said here once more. */
function wanted(): string[] {
  const outside = (name: string): string => (accessGraph.thirdParties.includes(name) ? 'the internet' : name);
  const portAt = (callee: string, caller: string): number => {
    if (accessGraph.thirdParties.includes(callee)) return 443;
    if (accessGraph.thirdParties.includes(caller)) return 8444;
    return { vault: 8200, postgres: 5432 }[callee] ?? 8443;
  };
  const doors = networkDoors(accessGraph).flatMap(({ callee, callers }) =>
    callers.map((caller) => `${outside(caller)} > ${outside(callee)}:${portAt(callee, caller)}`),
  );
  const callers = new Set(networkDoors(accessGraph).flatMap((door) => door.callers.map(outside)));
  const toDns = [...callers].filter((name) => name !== 'the internet').map((name) => `${name} > the DNS:53`);
  return [...doors, ...toDns, 'the internet > gateway:8444', 'gateway > identity:8444'].toSorted();
}

test('in a cluster exactly those reach each other who have to by the graph, at exactly these ports', () => {
  const ours = new Set<string>([...services, ...others].map(({ name }) => name).concat('a pod without labels'));
  const found = everybody.flatMap((caller) =>
    everybody
      .filter((callee) => callee !== caller && (ours.has(caller.name) || ours.has(callee.name)))
      .flatMap((callee) =>
        ports
          .filter((port) => reaches(policies, caller, callee, port))
          .map((port) => `${caller.name} > ${callee.name}:${port}`),
      ),
  );
  expect(found.toSorted()).toEqual(wanted());
});

test('two copies of a service do not reach each other', () => {
  const found = services.flatMap(({ name, pod }) => {
    const [one, other] = ['10.0.1.1', '10.0.1.2'].map((address) => ({ name, pod, address })) as [Endpoint, Endpoint];
    return ports.filter((port) => reaches(policies, one, other, port)).map((port) => `${name}:${port}`);
  });
  expect(found).toEqual([]);
});

test('without the default-deny policy a pod that nobody thought of reaches the internet', () => {
  const rest = policies.filter(({ spec }) => spec.podSelector.matchLabels !== undefined);
  const [forgotten, internet] = ['a pod without labels', 'the internet'].map((name) =>
    everybody.find((each) => each.name === name),
  ) as [Endpoint, Endpoint];
  expect(reaches(rest, forgotten, internet, 443)).toBe(true);
  expect(reaches(policies, forgotten, internet, 443)).toBe(false);
});
