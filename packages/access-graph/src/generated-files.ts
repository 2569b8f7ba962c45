import type { AccessGraph } from './graph.ts';
import { kubernetesBase, kubernetesFolder } from './kubernetes/kubernetes-base.ts';
import { accessGraphPage } from './page/access-graph-page.ts';

/** A file that follows from the graph alone, and is committed so that people can read it and tools can take it. */
export interface GeneratedFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** Folders that hold nothing but generated files: whatever else lies there is left over from another graph. */
export const generatedFolders: readonly string[] = [kubernetesFolder];

/** Every committed file that is made from the graph. The same graph gives the same bytes. */
export function generatedFiles(graph: AccessGraph): readonly GeneratedFile[] {
  return [{ path: 'docs/access-graph.md', content: accessGraphPage(graph) }, ...kubernetesBase(graph)];
}
