import type { GraphService } from '../graph.ts';
import { isPublic, servesHttps } from './doors.ts';
import { inNamespace, type Manifest } from './manifest.ts';
import { labelsOf, ports } from './places.ts';

/** Without an address of its own: its name is all copies' addresses, so that gRPC clients see every one and share calls out. */
export function headlessService(service: GraphService): Manifest {
  return inNamespace('v1', 'Service', service.name, {
    spec: {
      clusterIP: 'None',
      selector: labelsOf(service.name),
      ports: [
        { name: 'grpc', port: ports.grpc, targetPort: ports.grpc },
        ...(servesHttps(service) ? [{ name: 'https', port: ports.https, targetPort: ports.https }] : []),
      ],
    },
  });
}

/**
 * The door for those outside, where there are any. Passes connections on as they come: TLS ends in the service, and it has
 * to see who they are from, as its limits and its NetworkPolicy go by that.
 */
export function publicServices(service: GraphService): Manifest[] {
  if (!isPublic(service)) return [];
  const spec = {
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    selector: labelsOf(service.name),
    ports: [{ name: 'https', port: ports.internet, targetPort: ports.https }],
  };
  return [inNamespace('v1', 'Service', `${service.name}-public`, { spec })];
}
