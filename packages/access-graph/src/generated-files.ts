import { composeRegions } from './compose/compose-regions.ts';
import type { AccessGraph } from './graph.ts';
import { kubernetesBase, kubernetesFolder } from './kubernetes/kubernetes-base.ts';
import { kubernetesOverlays } from './kubernetes/overlays/kubernetes-overlays.ts';
import { overlaysFolder } from './kubernetes/overlays/overlay.ts';
import { accessGraphPage } from './page/access-graph-page.ts';

/** What follows from the graph alone, and is committed so that people can read it and tools can take it. */
export type GeneratedFile = WholeFile | FileWithRegions;

export interface WholeFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** A file that people write, but for these regions of it. */
export interface FileWithRegions {
  readonly path: string;
  /** Lines by the name of their region, without the indentation that they have in the file. */
  readonly regions: Readonly<Record<string, string>>;
}

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
