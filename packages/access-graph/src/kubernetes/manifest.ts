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
  };
  readonly [field: string]: unknown;
}

/** An object of the system's namespace. */
export function inNamespace(apiVersion: string, kind: string, name: string, rest: object): Manifest {
  return { apiVersion, kind, metadata: { name, namespace }, ...rest };
}

const heading = '# Made from packages/access-graph by `npx -y pnpm@12 zt graph generate`, which overwrites it.\n';

/** A file of several objects. */
export function manifestFile(manifests: readonly Manifest[]): string {
  return (
    heading + manifests.map((each) => stringify(each, { aliasDuplicateObjects: false, lineWidth: 0 })).join('---\n')
  );
}
