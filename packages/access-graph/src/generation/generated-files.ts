import { composeRegions } from '../compose/compose-regions.ts';
import type { AccessGraph } from '../graph.ts';
import { kubernetesBase, kubernetesFolder } from '../kubernetes/kubernetes-base.ts';
import { kubernetesOverlays } from '../kubernetes/overlays/kubernetes-overlays.ts';
import { overlaysFolder } from '../kubernetes/overlays/overlay.ts';
import { accessGraphPage } from '../page/access-graph-page.ts';
import type { GeneratedFile } from './generated-file.ts';

/** Folders that hold nothing but generated files: whatever else lies there is left over from another graph. */
export const generatedFolders: readonly string[] = [kubernetesFolder, overlaysFolder];

/** Everything that is made from the graph and committed. The same graph gives the same bytes. */
export function generatedFiles(graph: AccessGraph): readonly GeneratedFile[] {
  return [
    { path: 'docs/access-graph.md', content: accessGraphPage(graph) },
    composeRegions(graph),
    ...kubernetesBase(graph),
    ...kubernetesOverlays(graph),
  ];
}
