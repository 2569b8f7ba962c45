import type { AccessGraph } from '../../../graph.ts';
import { inNamespace, type Manifest } from '../../manifest.ts';
import { labelsOf } from '../../places.ts';
import { meshDoors } from '../mesh-doors.ts';

/** Between two of its pods Linkerd connects to this port, whichever one was called; the called one is said inside. */
const proxyPort = 4143;

/** The graph's doors once more, at the proxies' port. Which of a workload's ports somebody may call the proxy decides. */
export function proxyNetworkPolicies(graph: AccessGraph): Manifest[] {
  const all = meshDoors(graph);
  const ports = [{ protocol: 'TCP', port: proxyPort }];
  const pods = (names: readonly string[]): object[] =>
    [...new Set(names)].map((name) => ({ podSelector: { matchLabels: labelsOf(name) } }));
  return graph.workloads.flatMap(({ name }) => {
    const from = pods(all.filter(({ callee }) => callee === name).flatMap(({ callers }) => callers));
    const to = pods(all.filter(({ callers }) => callers.includes(name)).map(({ callee }) => callee));
    if (from.length === 0 && to.length === 0) return [];
    return inNamespace('networking.k8s.io/v1', 'NetworkPolicy', `${name}-proxy`, {
      spec: {
        podSelector: { matchLabels: labelsOf(name) },
        policyTypes: ['Ingress', 'Egress'],
        ingress: from.length === 0 ? [] : [{ from, ports }],
        egress: to.length === 0 ? [] : [{ to, ports }],
      },
    });
  });
}
