import type { AccessGraph } from '../../../graph.ts';
import { namespace } from '../../../spiffe-id-of.ts';
import { inNamespace, type Manifest } from '../../manifest.ts';
import { labelsOf } from '../../places.ts';
import { meshDoors } from '../mesh-doors.ts';

/**
 * Who may open connections to a workload, by principal and port; nobody else. A rule on methods or paths would be of no use:
 * sidecars see TLS that ends in the services, and Istio leaves out of a rule for TCP what is of HTTP, or refuses all.
 */
export function authorizationPolicies(graph: AccessGraph): Manifest[] {
  const policy = (name: string, spec: object): Manifest =>
    inNamespace('security.istio.io/v1', 'AuthorizationPolicy', name, { spec });
  const all = meshDoors(graph);
  const callees = graph.workloads.filter(({ name }) => all.some(({ callee }) => callee === name));
  return [
    // A policy without rules allows nothing, and is there for every pod of the namespace.
    policy('default-deny', {}),
    ...callees.map(({ name }) =>
      policy(name, {
        selector: { matchLabels: labelsOf(name) },
        action: 'ALLOW',
        rules: all
          .filter(({ callee }) => callee === name)
          .map(({ port, callers }) => ({
            from: [{ source: { principals: callers.map(principalOf) } }],
            to: [{ operation: { ports: [String(port)] } }],
          })),
      }),
    ),
  ];
}

/**
 * Istio takes `cluster.local` for the mesh's own trust domain, whatever that is called. It is another than SPIRE's on
 * purpose: two authorities must not give out identities of one trust domain.
 */
function principalOf(workload: string): string {
  return `cluster.local/ns/${namespace}/sa/${workload}`;
}

/** What the policy would refuse is logged and counted, and goes through. */
export function inDryRun(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  if (metadata === undefined) return manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { 'istio.io/dry-run': 'true' } } };
}
