import type { AccessGraph } from '../graph.ts';
import { type Door, doors, type Place } from './doors.ts';
import { inNamespace, type Manifest } from './manifest.ts';
import { labelsOf, ports } from './places.ts';

/** Nobody in the namespace reaches or is reached by anybody, unless another policy says so. */
export function defaultDeny(): Manifest {
  return inNamespace('networking.k8s.io/v1', 'NetworkPolicy', 'default-deny', {
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] },
  });
}

/** What a workload reaches and who reaches it: the doors of the graph, and the cluster's DNS for who has somebody to call. */
export function networkPolicy(graph: AccessGraph, workload: string): Manifest {
  const all = doors(graph);
  const isIt = (place: Place): boolean => place.kind === 'workload' && place.name === workload;
  const arriving = all.filter(({ callee }) => isIt(callee));
  const leaving = all.filter(({ caller }) => isIt(caller));
  const egress = leaving.map((door) => ({ to: [peer(door.callee)], ports: tcp(door) }));
  return inNamespace('networking.k8s.io/v1', 'NetworkPolicy', workload, {
    spec: {
      podSelector: { matchLabels: labelsOf(workload) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: unique(arriving.map((door) => ({ from: [peer(door.caller)], ports: tcp(door) }))),
      egress: egress.length === 0 ? [] : [...unique(egress), toDns],
    },
  });
}

/** The cluster's own. */
export const toDns = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: ports.dns })),
};

/** Every address but those that networks of one's own have, pods and nodes and a cloud's metadata service among them. */
export const outsideAddresses = {
  cidr: '0.0.0.0/0',
  except: ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
};

function peer(place: Place): object {
  return place.kind === 'outside'
    ? { ipBlock: outsideAddresses }
    : { podSelector: { matchLabels: labelsOf(place.name) } };
}

function tcp(door: Door): object[] {
  return door.ports.map((port) => ({ protocol: 'TCP', port }));
}

/** Users and a third party may arrive by the same rule. */
function unique(rules: readonly object[]): object[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
