import { type RollObserver, rollCertificateAuthority } from '../spire/roll-certificate-authority.ts';
import type { KeepRunning } from '../stack/keep-running.ts';
import { workloadApiName } from '../surroundings/embedded-identities.ts';
import type { Surroundings } from '../surroundings/surroundings.ts';
import type { Breakable } from './breakable.ts';

/** What of a running stack faults can be made of. */
export function createBreakable(options: {
  readonly surroundings: Surroundings;
  readonly keepRunning: KeepRunning;
  /** Sees what the workloads have that run now. */
  readonly observer: () => Promise<RollObserver>;
  readonly report: (message: string) => void;
}): Breakable {
  const { surroundings, keepRunning, observer, report } = options;
  return {
    development: () => surroundings.development(),
    async rollAuthority(last) {
      const onStep = (step: string) => report(`authority: ${step}`);
      await rollCertificateAuthority(surroundings.authority(), await observer(), onStep, last);
    },
    async revokeTainted() {
      await surroundings.authority().revoke();
    },
    workloadApiProcess: () => (surroundings.development() === null ? 'spire-agent' : workloadApiName),
    sealVault: (sealed) => surroundings.sealVault(sealed),
    hold: (process) => keepRunning.hold(process),
    release: (process) => keepRunning.release(process),
  };
}
