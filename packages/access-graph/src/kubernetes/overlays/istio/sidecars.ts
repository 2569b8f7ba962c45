import type { AccessGraph, GraphService } from '../../../graph.ts';
import { inNamespace, type Manifest } from '../../manifest.ts';
import { namespaceManifest } from '../../namespace.ts';
import { headlessService, publicServices } from '../../service.ts';
import { portsFromOutside } from '../mesh-doors.ts';
import { mergedIntoPods } from '../pod-annotations.ts';

/** Has Istio put a sidecar into each pod of the namespace, and pass on what goes through it as it comes. */
export function sidecars(graph: AccessGraph): Manifest[] {
  const { apiVersion, kind, metadata } = namespaceManifest();
  return [
    { apiVersion, kind, metadata: { name: metadata?.name ?? '', labels: { 'istio-injection': 'enabled' } } },
    ...graph.services.map((service) => mergedIntoPods(service.name, annotationsOf(graph, service))),
    ...graph.services
      .flatMap((service) => [headlessService(service), ...publicServices(service)])
      .map(withoutDetection),
  ];
}

/** A service asks for its SVID, its login and its keys as soon as it starts, so the sidecar has to be there first and go last. */
function annotationsOf(graph: AccessGraph, { name }: GraphService): Record<string, string> {
  const excluded = portsFromOutside(graph, name);
  return {
    'sidecar.istio.io/nativeSidecar': 'true',
    // For clusters in which sidecars are ordinary containers all the same.
    'proxy.istio.io/config': JSON.stringify({ holdApplicationUntilProxyStarts: true, terminationDrainDuration: '20s' }),
    ...(excluded.length === 0 ? {} : { 'traffic.sidecar.istio.io/excludeInboundPorts': excluded.join(',') }),
  };
}

/** By the name `grpc` Istio would look for HTTP/2 in what is TLS; by no name at all it would wait and see. */
function withoutDetection({ apiVersion, kind, metadata, spec }: Manifest): Manifest {
  const { ports } = spec as { readonly ports: readonly { readonly port: number }[] };
  return inNamespace(apiVersion, kind, metadata?.name ?? '', {
    spec: { ports: ports.map(({ port }) => ({ port, appProtocol: 'tcp' })) },
  });
}
