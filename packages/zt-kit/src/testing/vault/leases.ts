import { startTimer } from '../../mtls/long-timer.ts';
import type { Life } from './time-to-live.ts';

/** Something that was given out for a time, and how it is taken back. */
export interface Lease {
  /** The path that it was read from, and a name of its own below it. */
  readonly id: string;
  /** It ends with this token at the latest. */
  readonly tokenValue: string;
  readonly life: Life;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly renewedAt: Date | null;
  /** Makes it hold until then. */
  readonly extend: (expiresAt: Date) => Promise<void>;
  /** Takes it back. Rejects where that can't be done at the moment. */
  readonly end: () => Promise<void>;
}

export interface Leases {
  add(lease: Lease): void;
  find(id: string): Lease | null;
  /** The names right below a path that ends in a slash; those that have names below them end in one too. */
  namesBelow(path: string): string[];
  renewed(lease: Lease): void;
  /** Rejects where it can't be ended at the moment; it is tried again until it works. */
  revoke(id: string): Promise<void>;
  /** Ends them in the background. Gives their names. */
  revokeSoon(which: (lease: Lease) => boolean): string[];
  /** A token is gone: what was taken with it is over. */
  look(): void;
  /** Nothing is ended by itself until `resume`. */
  pause(): void;
  resume(): void;
}

const retryMs = { shortest: 200, longest: 5_000 };

interface Held {
  lease: Lease;
  ending: Promise<void> | null;
  failures: number;
  /** Not to be tried before. */
  retryAtMs: number;
}

/**
 * The leases that are in force. Each is ended when its time is over or its token's; what can't be ended at the moment is
 * kept and tried again until it works.
 */
export function createLeases(options: {
  /** When a token ends; null where it has. */
  readonly tokenEndsAt: (tokenValue: string) => Date | null;
  readonly log: (event: object) => void;
}): Leases {
  const { tokenEndsAt, log } = options;
  const held = new Map<string, Held>();
  let stopTimer = () => {};
  let paused = false;

  function dueAtMs({ lease, retryAtMs }: Held): number {
    const endsAt = Math.min(lease.expiresAt.getTime(), tokenEndsAt(lease.tokenValue)?.getTime() ?? 0);
    return Math.max(endsAt, retryAtMs);
  }

  function arm(): void {
    stopTimer();
    const waiting = [...held.values()].filter(({ ending }) => ending === null).map(dueAtMs);
    if (paused || waiting.length === 0) return;
    stopTimer = startTimer(Math.max(0, Math.min(...waiting) - Date.now()), sweep);
  }

  function sweep(): void {
    const now = Date.now();
    for (const each of held.values()) if (dueAtMs(each) <= now) endSoon(each);
    arm();
  }

  function endSoon(each: Held): void {
    // It was logged, and will be tried again.
    end(each).catch(() => {});
  }

  function end(each: Held): Promise<void> {
    each.ending ??= tryToEnd(each);
    return each.ending;
  }

  async function tryToEnd(each: Held): Promise<void> {
    const { id } = each.lease;
    try {
      await each.lease.end();
      held.delete(id);
    } catch (error) {
      each.lease = over(each.lease);
      each.retryAtMs = Date.now() + Math.min(retryMs.longest, retryMs.shortest * 2 ** each.failures++);
      log({ event: 'lease_not_ended', lease: id, detail: error instanceof Error ? error.message : 'unknown' });
      throw error;
    } finally {
      each.ending = null;
      arm();
    }
  }

  return {
    add(lease) {
      held.set(lease.id, { lease, ending: null, failures: 0, retryAtMs: 0 });
      arm();
    },
    find: (id) => held.get(id)?.lease ?? null,
    namesBelow(path) {
      const below = [...held.keys()].filter((id) => id.startsWith(path)).map((id) => id.slice(path.length));
      return [...new Set(below.map((rest) => rest.replace(/\/.*$/, '/')))].toSorted();
    },
    renewed(lease) {
      const each = held.get(lease.id);
      if (each !== undefined) each.lease = lease;
      arm();
    },
    async revoke(id) {
      const each = held.get(id);
      if (each !== undefined) await end(each);
    },
    revokeSoon(which) {
      const found = [...held.values()].filter(({ lease }) => which(lease));
      for (const each of found) {
        each.lease = over(each.lease);
        if (!paused) endSoon(each);
      }
      return found.map(({ lease }) => lease.id);
    },
    look: sweep,
    pause() {
      paused = true;
      stopTimer();
    },
    resume() {
      paused = false;
      arm();
    },
  };
}

function over(lease: Lease): Lease {
  const now = new Date();
  return lease.expiresAt <= now ? lease : { ...lease, expiresAt: now };
}
