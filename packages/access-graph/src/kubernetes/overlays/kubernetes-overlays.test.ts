import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { accessGraph } from '../../access-graph.ts';
import { kubernetesOverlays } from './kubernetes-overlays.ts';
import { overlaysFolder } from './overlay.ts';

interface Kustomization {
  readonly resources: readonly string[];
  readonly patches?: readonly { readonly path?: string; readonly target?: object; readonly patch?: string }[];
}

const files = kubernetesOverlays(accessGraph);
const names = [...new Set(files.map(({ path }) => path.split('/').at(-2) ?? ''))];

/** The objects in a file of an overlay. */
function objectsIn(overlay: string, file: string) {
  const found = files.find(({ path }) => path === `${overlaysFolder}/${overlay}/${file}`);
  return parseAllDocuments(found?.content ?? '').map((document) => document.toJS());
}

test('there is an overlay for each kind of cluster', () => {
  expect(names).toEqual(['plain', 'istio-permissive', 'istio-dry-run', 'istio-strict', 'linkerd', 'cilium']);
});

for (const name of names) {
  test(`the kustomization of ${name} names every file beside it, and what it builds on`, () => {
    const [{ resources, patches = [] }] = objectsIn(name, 'kustomization.yaml') as [Kustomization];
    const beside = files
      .filter(({ path }) => path.startsWith(`${overlaysFolder}/${name}/`))
      .map(({ path }) => path.split('/').at(-1));
    const named = [...resources, ...patches.flatMap(({ path }) => path ?? [])].filter(
      (each) => !each.startsWith('../'),
    );
    expect(['kustomization.yaml', ...named].toSorted()).toEqual(beside.toSorted());
    expect(resources[0]).toBe(/^istio-(dry-run|strict)$/.test(name) ? '../istio-permissive' : '../../base');
  });
}

test("the dry run and the strict mesh have the same policies, but for the dry run's annotation", () => {
  const dryRun = objectsIn('istio-dry-run', 'authorization-policy.yaml');
  for (const { metadata } of dryRun) {
    expect(metadata.annotations).toEqual({ 'istio.io/dry-run': 'true' });
    delete metadata.annotations;
  }
  expect(dryRun).toEqual(objectsIn('istio-strict', 'authorization-policy.yaml'));
});

test('the mesh lets in who has no sidecar until the last step', () => {
  const modes = ['permissive', 'dry-run', 'strict'].map((step) =>
    ['peer-authentication.yaml', 'merged.yaml']
      .flatMap((file) => objectsIn(`istio-${step}`, file))
      .filter((object) => object?.kind === 'PeerAuthentication')
      .map(({ spec }) => spec.mtls.mode),
  );
  expect(modes).toEqual([['PERMISSIVE'], [], ['STRICT']]);
});

test('a pod that somebody outside calls has that port to itself in a mesh: it limits by the address that it sees', () => {
  const annotations = (overlay: string, key: string) =>
    objectsIn(overlay, 'merged.yaml')
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap(({ metadata, spec }) => {
        const found = spec.template.metadata.annotations[key];
        return found === undefined ? [] : [`${metadata.name}:${found}`];
      });
  const wanted = ['gateway:8444', 'payment:8444'];
  expect(annotations('istio-permissive', 'traffic.sidecar.istio.io/excludeInboundPorts')).toEqual(wanted);
  expect(annotations('linkerd', 'config.linkerd.io/skip-inbound-ports')).toEqual(wanted);
});

test("Cilium's policies close both directions for every pod, and for workloads that nobody calls or that call nobody", () => {
  const policies = objectsIn('cilium', 'cilium-network-policy.yaml');
  expect(policies).toHaveLength(accessGraph.workloads.length + 1);
  expect(policies[0]).toMatchObject({ spec: { endpointSelector: {}, ingress: [{}], egress: [{}] } });
  for (const { spec } of policies) {
    expect(spec.ingress.length).toBeGreaterThan(0);
    expect(spec.egress.length).toBeGreaterThan(0);
  }
});

test("no overlay has a rule of HTTP's: TLS ends in the services", () => {
  for (const { content } of files) expect(content).not.toMatch(/\b(methods|paths|hosts|http|rules:\n\s+(http|dns)):/);
});
