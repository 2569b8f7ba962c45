import { setTimeout as sleep } from 'node:timers/promises';

/** One part that was killed while orders went on. */
export interface Kill {
  readonly part: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Until whoever looks after it had it running again, in milliseconds; null where that took too long. */
  readonly backAfterMs: number | null;
}

/** Parts of a stack that somebody looks after and starts again. */
export interface Parts {
  names(): Promise<readonly string[]>;
  /** Kills one with SIGKILL, once it runs, and waits until it is back. */
  kill(part: string): Promise<Kill>;
}

export interface KillOptions {
  readonly parts: Parts;
  /** In which all have their turn, in milliseconds. */
  readonly withinMs: number;
  readonly onKill: (kill: Kill) => void;
  readonly signal: AbortSignal;
}

/**
 * Kills one part after the other, and looks how each comes back, until all had their turn, the time is over, or the signal
 * comes. Gives those that had no turn.
 */
export async function killEachPart({ parts, withinMs, onKill, signal }: KillOptions): Promise<readonly string[]> {
  const names = await parts.names();
  const startedAt = Date.now();
  const turnMs = withinMs / names.length;
  for (const [index, name] of names.entries()) {
    if (signal.aborted || Date.now() >= startedAt + withinMs) return names.slice(index);
    onKill(await parts.kill(name));
    const restMs = startedAt + (index + 1) * turnMs - Date.now();
    await sleep(Math.max(0, restMs), undefined, { signal }).catch(() => {});
  }
  return [];
}
