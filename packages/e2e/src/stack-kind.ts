/**
 * `native` runs SPIRE and Vault themselves; `embedded` has the development servers of the test kit in their place. All else
 * is the same.
 */
export const stackKinds = ['embedded', 'native'] as const;
export type StackKind = (typeof stackKinds)[number];

/** Wherever nobody says which. */
export const defaultStackKind: StackKind = 'embedded';

/** Those of both kinds are kept apart: `e2e` and `e2e-native`. */
export function stackNameFor(purpose: string, kind: StackKind): string {
  return kind === defaultStackKind ? purpose : `${purpose}-${kind}`;
}
