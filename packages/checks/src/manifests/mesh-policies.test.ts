import { accessGraph } from '@zt/access-graph';
import { generatedFiles } from '@zt/access-graph/generated-files';
import { expect, test } from 'vitest';
import { differences } from './connection.ts';
import { istioPolicies } from './istio-connections.ts';
import { linkerdConnections } from './linkerd-connections.ts';
import { type ManifestObject, parseManifests } from './manifest-object.ts';
import { wantedInMesh } from './wanted-connections.ts';

const wanted = wantedInMesh(accessGraph);
const strict = objectsIn('istio-strict');
const linkerd = objectsIn('linkerd');
/** One for each workload that is called, and the one that denies the rest. */
const policyCount = new Set(wanted.map(({ callee }) => callee)).size + 1;

function objectsIn(overlay: string): ManifestObject[] {
  return generatedFiles(accessGraph).flatMap((file) =>
    file.path.startsWith(`infra/kubernetes/overlays/${overlay}/`) &&
    'content' in file &&
    !/(kustomization|merged)\.yaml$/.test(file.path)
      ? parseManifests(file.content)
      : [],
  );
}

/** The objects with a word of one of them changed. */
function changed(objects: readonly ManifestObject[], kind: string, name: string, from: string, to: string) {
  return objects.map((each) => {
    if (each.kind !== kind || each.metadata.name !== name) return each;
    expect(JSON.stringify(each)).toContain(from);
    return JSON.parse(JSON.stringify(each).replace(from, to)) as ManifestObject;
  });
}

test("Istio's policies name exactly the principals and ports of the graph, and deny the rest", () => {
  const { connections, ...others } = istioPolicies(strict);
  expect(differences(connections, wanted)).toEqual([]);
  expect(others).toMatchObject({ deniesTheRest: true, dryRun: 0, enforced: policyCount });
});

test('the dry run has the same policies, none of which is enforced', () => {
  const { connections, ...others } = istioPolicies(objectsIn('istio-dry-run'));
  expect(differences(connections, wanted)).toEqual([]);
  expect(others).toMatchObject({ deniesTheRest: true, dryRun: policyCount, enforced: 0 });
});

test("a principal more in one of Istio's policies is a named difference", () => {
  const policies = changed(
    strict,
    'AuthorizationPolicy',
    'payment',
    '"cluster.local/ns/shop/sa/order"',
    '$&,"cluster.local/ns/shop/sa/gateway"',
  );
  expect(differences(istioPolicies(policies).connections, wanted)).toEqual([
    'gateway > payment:8443 is open, and nothing in the access graph asks for it',
  ]);
});

test('a rule of HTTP in a policy of Istio is refused: for TLS that ends in a service it means nothing', () => {
  const policies = changed(strict, 'AuthorizationPolicy', 'payment', '{"ports":', '{"methods":["POST"],"ports":');
  expect(() => istioPolicies(policies)).toThrow(
    'AuthorizationPolicy payment says something that is not understood here',
  );
});

test('a principal of another trust domain or namespace is no workload', () => {
  for (const other of ['zt.example/ns/shop/sa/order', 'cluster.local/ns/lab/sa/order', '*']) {
    const policies = changed(strict, 'AuthorizationPolicy', 'payment', 'cluster.local/ns/shop/sa/order', other);
    expect(() => istioPolicies(policies)).toThrow(`${other} is no workload's principal`);
  }
});

test("Linkerd's Servers let in exactly the callers of the graph", () => {
  expect(differences(linkerdConnections(linkerd), wanted)).toEqual([]);
});

test("a policy of Linkerd's that is taken away, or names nobody, is found", () => {
  const without = linkerd.filter(
    ({ kind, metadata }) => kind !== 'AuthorizationPolicy' || metadata.name !== 'payment-8443',
  );
  expect(differences(linkerdConnections(without), wanted)).toEqual([
    'order > payment:8443 is shut, and the access graph asks for it',
  ]);
  const lost = linkerd.filter(
    ({ kind, metadata }) => kind !== 'MeshTLSAuthentication' || metadata.name !== 'payment-8443',
  );
  expect(() => linkerdConnections(lost)).toThrow(
    'AuthorizationPolicy payment-8443 names payment-8443, which is not there',
  );
});

test('two Servers of one port, or one that lets everybody in, are refused', () => {
  const again = linkerd.filter(({ kind, metadata }) => kind === 'Server' && metadata.name === 'vault-8200');
  expect(() => linkerdConnections([...linkerd, ...again])).toThrow('two Servers are of vault:8200');
  const open = changed(linkerd, 'Server', 'vault-8200', '"deny"', '"all-unauthenticated"');
  expect(() => linkerdConnections(open)).toThrow('Server vault-8200 says something that is not understood here');
});
