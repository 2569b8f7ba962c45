import type { AccessGraph } from '../../../graph.ts';
import { namespace } from '../../../spiffe-id-of.ts';
import { inNamespace, type Manifest } from '../../manifest.ts';
import { labelsOf } from '../../places.ts';
import { type MeshDoor, meshDoors } from '../mesh-doors.ts';

const group = 'policy.linkerd.io';

/** For each port of a workload: that it is one, who calls it, and that those may. Everybody else is refused. */
export function linkerdServers(graph: AccessGraph): Manifest[] {
  return meshDoors(graph).flatMap((door) => [server(door), callersOf(door), authorization(door)]);
}

/** Opaque: the proxy passes on bytes. TLS of the service's own is in them. */
function server(door: MeshDoor): Manifest {
  return inNamespace(`${group}/v1beta3`, 'Server', nameOf(door), {
    spec: {
      podSelector: { matchLabels: labelsOf(door.callee) },
      port: door.port,
      proxyProtocol: 'opaque',
      accessPolicy: 'deny',
    },
  });
}

/** By service account: how the mesh's identities are written is Linkerd's affair. */
function callersOf(door: MeshDoor): Manifest {
  return inNamespace(`${group}/v1alpha1`, 'MeshTLSAuthentication', nameOf(door), {
    spec: { identityRefs: door.callers.map((name) => ({ kind: 'ServiceAccount', name, namespace })) },
  });
}

function authorization(door: MeshDoor): Manifest {
  const name = nameOf(door);
  return inNamespace(`${group}/v1alpha1`, 'AuthorizationPolicy', name, {
    spec: {
      targetRef: { group, kind: 'Server', name },
      requiredAuthenticationRefs: [{ group, kind: 'MeshTLSAuthentication', name }],
    },
  });
}

function nameOf({ callee, port }: MeshDoor): string {
  return `${callee}-${port}`;
}
