import { inNamespace, type Manifest } from '../manifest.ts';
import { toDns } from '../network-policy.ts';

/** Pods of a mesh's control plane, and the ports at which proxies ask them. */
export interface ControlPlane {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** Lets each pod's proxy reach the control plane, and look its name up: pods that call nobody have a proxy as well. */
export function toControlPlane(parts: readonly ControlPlane[]): Manifest {
  const egress = parts.map(({ namespace, labels, ports }) => ({
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        podSelector: { matchLabels: labels },
      },
    ],
    ports: ports.map((port) => ({ protocol: 'TCP', port })),
  }));
  return inNamespace('networking.k8s.io/v1', 'NetworkPolicy', 'mesh-control-plane', {
    spec: { podSelector: {}, policyTypes: ['Egress'], egress: [...egress, toDns] },
  });
}
