import type { StackDescription } from '@zt/e2e/stack-description';
import type { StackKind } from '@zt/e2e/stack-kind';

interface IdentityProvider {
  /** What people call it. */
  readonly name: StackDescription['identityProvider']['name'];
  /** Under this name in `zt status`, `zt logs` and `zt doctor`. */
  readonly process: string;
}

/** Who serves the Workload API. */
export const identityProviders: Readonly<Record<StackKind, IdentityProvider>> = {
  embedded: { name: 'the development Workload API', process: 'workload-api' },
  native: { name: 'the SPIRE agent', process: 'spire-agent' },
  compose: { name: 'the SPIRE agent', process: 'spire-agent' },
};
