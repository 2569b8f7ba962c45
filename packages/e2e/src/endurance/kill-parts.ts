import { setTimeout as sleep } from 'node:timers/promises';
import type { StackControl, StackProcess } from './stack-control.ts';

/** One part that was killed while orders went on. */
export interface Kill {
  readonly part: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Until its supervisor had it running again, in milliseconds; null where that took longer than a minute. */
  readonly backAfterMs: number | null;
}

export interface KillOptions {
  readonly control: StackControl;
  /** From one kill to the next. */
  readonly everyMs: number;
  readonly onKill: (kill: Kill) => void;
  readonly signal: AbortSignal;
}

const lookMs = 200;
const patienceMs = 60_000;

/** Kills one part after the other with SIGKILL, and looks how each comes back, until all had their turn. */
export async function killEachPart({ control, everyMs, onKill, signal }: KillOptions): Promise<void> {
  const names = (await control.processes()).map(({ name }) => name);
  for (const name of names) {
    const wait = sleep(everyMs, undefined, { signal }).catch(() => {});
    const { restarts } = await control.untilRunning(name);
    const at = Date.now();
    // By its supervisor: two parts of the embedded stack are inside of it, and have its own id.
    await control.hold(name);
    await control.release(name);
    onKill({ part: name, at, backAfterMs: await untilBack(control, { name, restarts }, at) });
    await wait;
    if (signal.aborted) return;
  }
}

async function untilBack(
  control: StackControl,
  { name, restarts }: Pick<StackProcess, 'name' | 'restarts'>,
  killedAt: number,
): Promise<number | null> {
  while (Date.now() - killedAt < patienceMs) {
    const now = (await control.processes()).find((each) => each.name === name);
    if (now?.running === true && now.restarts > restarts) return Date.now() - killedAt;
    await sleep(lookMs);
  }
  return null;
}
