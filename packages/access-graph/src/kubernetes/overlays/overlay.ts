import type { WholeFile } from '../../generation/generated-file.ts';
import { type Manifest, manifestFile } from '../manifest.ts';

export const overlaysFolder = 'infra/kubernetes/overlays';
/** Seen from an overlay's folder. */
export const base = '../../base';

/** What one kind of cluster takes besides the base, or besides another overlay. */
export interface Overlay {
  readonly name: string;
  /** The folder that it builds on, seen from its own. */
  readonly over: string;
  /** Objects of its own, by the file that they are in. */
  readonly objects: Readonly<Record<string, readonly Manifest[]>>;
  /** Parts of objects below, which are merged into those. */
  readonly merged: readonly Manifest[];
  /** Kinds of objects below that it leaves out. */
  readonly without: readonly Pick<Manifest, 'apiVersion' | 'kind'>[];
}

const mergedFile = 'merged.yaml';

/** The folder of an overlay: its kustomization, and what that names. */
export function overlayFiles({ name, over, objects, merged, without }: Overlay): WholeFile[] {
  const patches = [
    ...(merged.length === 0 ? [] : [{ path: mergedFile }]),
    ...without.map(({ apiVersion, kind }) => ({ target: { kind }, patch: deletion(apiVersion, kind) })),
  ];
  const kustomization: Manifest = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [over, ...Object.keys(objects)],
    ...(patches.length === 0 ? {} : { patches }),
  };
  const files = {
    'kustomization.yaml': [kustomization],
    ...objects,
    ...(merged.length === 0 ? {} : { [mergedFile]: merged }),
  };
  return Object.entries(files).map(([file, manifests]) => ({
    path: `${overlaysFolder}/${name}/${file}`,
    content: manifestFile(manifests),
  }));
}

/** The name is asked for and not looked at: the target says which objects go. */
function deletion(apiVersion: string, kind: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: any\n$patch: delete\n`;
}
