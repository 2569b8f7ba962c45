import type { DevelopmentVault } from '@zt/kit/testing/vault';
import type { DevelopmentAuthority, DevelopmentWorkloadApi } from '@zt/kit/testing/workload-api';

/** The development servers of an embedded stack, as far as faults are theirs. */
export interface DevelopmentServers {
  /** Who has a socket of its own at the Workload API. */
  readonly workloads: readonly string[];
  readonly authority: Pick<DevelopmentAuthority, 'skewClock'>;
  readonly workloadApi: Pick<
    DevelopmentWorkloadApi,
    'rotate' | 'issueShortLived' | 'withdraw' | 'hang' | 'halfAMessage' | 'answerSlowly' | 'mend'
  >;
  readonly vault: Pick<DevelopmentVault, 'revokeLeases' | 'answerSlowly' | 'mend'>;
  /** Gives a withdrawn workload its identities back. */
  registerAgain(workload: string): Promise<void>;
}

/** What of a running stack can be broken, and mended. */
export interface Breakable {
  /** Null on a native stack: SPIRE and Vault themselves take no such orders. */
  development(): DevelopmentServers | null;
  /** Replaces the authority while calls go on. Up to `taint`, the old one is still trusted until `revokeTainted`. */
  rollAuthority(last: 'taint' | 'revoke'): Promise<void>;
  revokeTainted(): Promise<void>;
  /** The name of the process that serves the Workload API, as `zt status` has it. */
  workloadApiProcess(): string;
  sealVault(sealed: boolean): Promise<void>;
  /** Kills a process and keeps it down until it is released. */
  hold(process: string): void;
  release(process: string): void;
}
