import { startTimer } from '../../mtls/long-timer.ts';
import type { DevelopmentAuthority, DevelopmentIdentity, IssuedX509Svid } from './development-authority.ts';

/** One workload's X.509-SVIDs, issued anew when the first of them has reached half of its life. */
export interface WorkloadSvids {
  readonly identities: readonly DevelopmentIdentity[];
  /** In the order of the identities; none where the workload has no identity, or for a moment after a taint. */
  readonly current: readonly IssuedX509Svid[];
  readonly areShortLived: boolean;
  /** Issues SVIDs for these identities, in place of others. Where that fails everything stays as it was. */
  assign(identities: readonly DevelopmentIdentity[]): Promise<void>;
  withdraw(): void;
  renew(): Promise<void>;
  /** Issues SVIDs that live so long, and are not renewed by themselves. */
  shorten(seconds: number): Promise<void>;
  /** Drops SVIDs of a root that signs no more, and issues others. */
  replaceTainted(): Promise<void>;
  close(): void;
}

const shortestPauseMs = 500;

/** `onChange` hears of each change, `onFailure` of a renewal at its time that went wrong. */
export function createWorkloadSvids(
  authority: DevelopmentAuthority,
  onChange: () => void,
  onFailure: (error: unknown) => void,
): WorkloadSvids {
  let identities: readonly DevelopmentIdentity[] = [];
  let current: readonly IssuedX509Svid[] = [];
  let areShortLived = false;
  let stopTimer = (): void => {};
  /** Of the issuing that was begun last: an earlier one that ends later is not heard. */
  let turn = 0;
  let running = 0;

  function put(next: typeof identities, svids: typeof current): void {
    turn += 1;
    stopTimer();
    identities = next;
    current = svids;
    areShortLived = false;
  }

  async function issue(next: typeof identities, seconds?: number): Promise<void> {
    turn += 1;
    const mine = turn;
    running += 1;
    const issuing = Promise.all(next.map((identity) => authority.issueX509Svid(identity, seconds)));
    const svids = await issuing.finally(() => {
      running -= 1;
    });
    if (mine !== turn) return;
    put(next, svids);
    areShortLived = seconds !== undefined;
    if (!areShortLived && svids.length > 0) {
      const halfLifeMs = Math.min(...svids.map(({ lifeMs }) => lifeMs)) / 2;
      stopTimer = startTimer(Math.max(halfLifeMs, shortestPauseMs), () => void issue(identities).catch(onFailure));
    }
    onChange();
  }

  return {
    get identities() {
      return identities;
    },
    get current() {
      return current;
    },
    get areShortLived() {
      return areShortLived;
    },
    assign: (next) => issue(next),
    withdraw() {
      put([], []);
      onChange();
    },
    renew: () => issue(identities),
    shorten: (seconds) => issue(identities, seconds),
    async replaceTainted() {
      const isTainted = current.some(({ authorityId }) => authorityId !== authority.activeId());
      if (!isTainted && running === 0) return;
      put(identities, []);
      onChange();
      await issue(identities);
    },
    close: () => put([], []),
  };
}
