import type { AccessGraph } from '../../../graph.ts';
import { type Door, doors, type Place } from '../../doors.ts';
import { inNamespace, type Manifest } from '../../manifest.ts';
import { outsideAddresses } from '../../network-policy.ts';
import { labelsOf, ports } from '../../places.ts';

/** Nobody in the namespace reaches or is reached by anybody, unless another policy says so. */
export function ciliumDefaultDeny(): Manifest {
  return policy('default-deny', { endpointSelector: {}, ingress: [{}], egress: [{}] });
}

/** What a workload reaches and who reaches it, as its NetworkPolicy has it. */
export function ciliumNetworkPolicy(graph: AccessGraph, workload: string): Manifest {
  const isIt = (place: Place): boolean => place.kind === 'workload' && place.name === workload;
  const arriving = doors(graph).filter(({ callee }) => isIt(callee));
  const leaving = doors(graph).filter(({ caller }) => isIt(caller));
  const ingress = unique(arriving.map((door) => ({ ...peer('from', door.caller), ...tcp(door) })));
  const egress = unique(leaving.map((door) => ({ ...peer('to', door.callee), ...tcp(door) })));
  return policy(workload, {
    endpointSelector: { matchLabels: labelsOf(workload) },
    // A direction without rules would be left open; an empty rule closes it, as it names nobody.
    ingress: ingress.length === 0 ? [{}] : ingress,
    egress: egress.length === 0 ? [{}] : [...egress, toDns],
  });
}

function policy(name: string, spec: object): Manifest {
  return inNamespace('cilium.io/v2', 'CiliumNetworkPolicy', name, { spec });
}

/**
 * Outside is said in addresses here as well. Cilium's `world` would be more: addresses of one's own network that no pod and
 * no node has, a cloud's metadata service among them.
 */
function peer(direction: 'from' | 'to', place: Place): object {
  return place.kind === 'outside'
    ? { [`${direction}CIDRSet`]: [outsideAddresses] }
    : { [`${direction}Endpoints`]: [{ matchLabels: labelsOf(place.name) }] };
}

function tcp(door: Door): object {
  return { toPorts: [{ ports: door.ports.map((port) => ({ port: String(port), protocol: 'TCP' })) }] };
}

const toDns = {
  toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s-app': 'kube-dns' } }],
  toPorts: [{ ports: ['UDP', 'TCP'].map((protocol) => ({ port: String(ports.dns), protocol })) }],
};

/** Users and a third party may arrive by the same rule. */
function unique(rules: readonly object[]): object[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
