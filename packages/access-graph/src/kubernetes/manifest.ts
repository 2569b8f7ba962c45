import { stringify } from 'yaml';
import { namespace } from '../spiffe-id-of.ts';

/** An object of Kubernetes, as far as all of them are alike. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** An object of the system's namespace. */
export function inNamespace(apiVersion: string, kind: string, name: string, rest: object): Manifest {
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

/** The same, with what it is there for in the annotation that Kubernetes has for it. */
export function described(manifest: Manifest, description: string): Manifest {
  const { metadata } = manifest;
  if (metadata === undefined) return manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { 'kubernetes.io/description': description } } };
}

const heading = '# Made from packages/access-graph by `npx -y pnpm@12 zt graph generate`, which overwrites it.\n';

/** A file of several objects. */
export function manifestFile(manifests: readonly Manifest[]): string {
  return (
    heading + manifests.map((each) => stringify(each, { aliasDuplicateObjects: false, lineWidth: 0 })).join('---\n')
  );
}
