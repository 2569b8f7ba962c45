import { expect, test } from 'vitest';
import type { ManifestObject } from './manifest-object.ts';
import { istioMarks, linkerdMarks, meshFaults } from './mesh-faults.ts';

const namespace: ManifestObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: { 'istio-injection': 'enabled' },
    annotations: { 'linkerd.io/inject': 'enabled', 'config.linkerd.io/default-inbound-policy': 'deny' },
  },
};

function pods(metadata: object): ManifestObject {
  const ofThem = { name: 'order', namespace: 'shop', labels: {}, annotations: {} };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: ofThem, spec: { template: { metadata } } };
}

function policy(apiVersion: string, where: object): ManifestObject {
  return {
    apiVersion,
    kind: 'AuthorizationPolicy',
    metadata: { name: 'order', labels: {}, annotations: {}, ...where },
  };
}

test('pods and policies that say nothing of their own are as the namespace has it', () => {
  const objects = [namespace, pods({}), policy('security.istio.io/v1', { namespace: 'shop' })];
  expect(meshFaults(objects, istioMarks, [])).toEqual([]);
  expect(meshFaults(objects, linkerdMarks, [])).toEqual([]);
});

test.each([
  ['a label that keeps the sidecar out', istioMarks, { labels: { 'sidecar.istio.io/inject': 'false' } }],
  ['an annotation that does', istioMarks, { annotations: { 'sidecar.istio.io/inject': 'false' } }],
  [
    'ports of which alone it sees',
    istioMarks,
    { annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': '1' } },
  ],
  ['an annotation that keeps the proxy out', linkerdMarks, { annotations: { 'linkerd.io/inject': 'disabled' } }],
  [
    'a default of its own',
    linkerdMarks,
    { annotations: { 'config.linkerd.io/default-inbound-policy': 'all-unauthenticated' } },
  ],
])('pods with %s are found', (_what, marks, metadata) => {
  const key = Object.keys(Object.values(metadata)[0] ?? {})[0];
  expect(meshFaults([namespace, pods(metadata)], marks, [])).toEqual([`order's pods say ${key} for themselves`]);
});

test.each([
  ['security.istio.io/v1', istioMarks],
  ['policy.linkerd.io/v1alpha1', linkerdMarks],
])('a policy of %s that is of another namespace holds for nobody here, and is found', (apiVersion, marks) => {
  for (const where of [{ namespace: 'lab' }, {}])
    expect(meshFaults([namespace, policy(apiVersion, where)], marks, [])).toEqual([
      'AuthorizationPolicy order is not of the namespace shop',
    ]);
});
