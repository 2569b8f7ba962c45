import type { WholeFile } from '../../generation/generated-file.ts';
import type { AccessGraph } from '../../graph.ts';
import { ciliumOverlay } from './cilium/cilium-overlay.ts';
import { istioOverlays } from './istio/istio-overlay.ts';
import { linkerdOverlay } from './linkerd/linkerd-overlay.ts';
import { base, type Overlay, overlayFiles } from './overlay.ts';

/** A folder for each kind of cluster, over the base. */
export function kubernetesOverlays(graph: AccessGraph): WholeFile[] {
  const overlays: readonly Overlay[] = [
    { name: 'plain', over: base, objects: {}, merged: [], without: [] },
    ...istioOverlays(graph),
    linkerdOverlay(graph),
    ciliumOverlay(graph),
  ];
  return overlays.flatMap(overlayFiles);
}
