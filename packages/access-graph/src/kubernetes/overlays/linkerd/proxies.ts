import type { AccessGraph } from '../../../graph.ts';
import type { Manifest } from '../../manifest.ts';
import { namespaceManifest } from '../../namespace.ts';
import { meshDoors, portsFromOutside } from '../mesh-doors.ts';
import { mergedIntoPods } from '../pod-annotations.ts';

/** Has Linkerd put a proxy into each pod of the namespace, which lets nothing in that no policy names and looks into nothing. */
export function proxies(graph: AccessGraph): Manifest[] {
  const { apiVersion, kind, metadata } = namespaceManifest();
  const ports = [...new Set(meshDoors(graph).map(({ port }) => port))].toSorted((first, second) => first - second);
  const annotations = {
    'linkerd.io/inject': 'enabled',
    'config.linkerd.io/default-inbound-policy': 'deny',
    // The services end TLS themselves: there is nothing that a proxy could detect.
    'config.linkerd.io/opaque-ports': ports.join(','),
    // The proxy has to be there before the service, and stay after it.
    'config.beta.linkerd.io/proxy-enable-native-sidecar': 'true',
  };
  return [
    { apiVersion, kind, metadata: { name: metadata?.name ?? '', annotations } },
    ...graph.services.flatMap(({ name }) => {
      const skipped = portsFromOutside(graph, name);
      return skipped.length === 0
        ? []
        : [mergedIntoPods(name, { 'config.linkerd.io/skip-inbound-ports': skipped.join(',') })];
    }),
  ];
}
