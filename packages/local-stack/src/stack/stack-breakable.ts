import type { StartableKind } from '@zt/e2e/stack-kind';
import type { Breakable } from '../faults/breakable.ts';
import { identityProviders } from '../surroundings/identity-provider.ts';
import type { Surroundings } from '../surroundings/surroundings.ts';
import type { KeepRunning } from './keep-running.ts';
import { type RollObserver, rollCertificateAuthority } from './roll-certificate-authority.ts';

/** What of a running stack faults can be made of. */
export function createBreakable(options: {
  readonly kind: StartableKind;
  readonly surroundings: Surroundings;
  readonly keepRunning: KeepRunning;
  /** Sees what the workloads have that run now. */
  readonly observer: () => Promise<RollObserver>;
  readonly report: (message: string) => void;
}): Breakable {
  const { kind, surroundings, keepRunning, observer, report } = options;
  return {
    development: () => surroundings.development(),
    async rollAuthority(last) {
      const onStep = (step: string) => report(`authority: ${step}`);
      await rollCertificateAuthority(surroundings.authority(), await observer(), onStep, last);
    },
    async revokeTainted() {
      await surroundings.authority().revoke();
    },
    workloadApiProcess: () => identityProviders[kind].process,
    sealVault: (sealed) => surroundings.sealVault(sealed),
    hold: (process) => keepRunning.hold(process),
    release: (process) => keepRunning.release(process),
  };
}
