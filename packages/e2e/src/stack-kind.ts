/**
 * `native` runs SPIRE and Vault themselves; `embedded` has the development servers of the test kit in their place. All else
 * is the same. `compose` runs what `native` does, each part in a container.
 */
export const stackKinds = ['embedded', 'native', 'compose'] as const;
export type StackKind = (typeof stackKinds)[number];

/** Those that `zt up` starts, as processes of this machine. Containers are started by `docker compose up`. */
export const startableKinds = ['embedded', 'native'] as const satisfies readonly StackKind[];
export type StartableKind = (typeof startableKinds)[number];

/** Wherever nobody says which. */
export const defaultStackKind: StartableKind = 'embedded';

/** Those of each kind are kept apart: `e2e`, `e2e-native` and `e2e-compose`. */
export function stackNameFor(purpose: string, kind: StackKind): string {
  return kind === defaultStackKind ? purpose : `${purpose}-${kind}`;
}
