import { setTimeout as sleep } from 'node:timers/promises';

/** Somewhere that a call is made, again and again. */
export interface Place {
  readonly name: string;
  /** True where the call was let in, whatever came of it then. */
  readonly call: () => Promise<boolean>;
}

export interface LastAcceptedOptions {
  readonly places: readonly Place[];
  /** Says that what all these calls are made with counts no more. */
  readonly command: () => Promise<void>;
  /** A place where nothing was let in for this long is done. */
  readonly calmMs?: number;
  /** A place where something is still let in after this is a failure. */
  readonly patienceMs?: number;
  readonly pauseMs?: number;
}

/**
 * Calls everywhere, sends the command, and calls on. Gives for how many milliseconds after the command was sent the last
 * call was answered that had been let in, wherever that was. Throws where a place lets nobody in before, or never stops.
 */
export async function lastAccepted(options: LastAcceptedOptions): Promise<number> {
  const { places, command, calmMs = 500, patienceMs = 10_000, pauseMs = 5 } = options;
  for (const { name, call } of places) {
    if (!(await call())) throw new Error(`${name} refuses before the command is given`);
  }
  const sentAt = performance.now();
  const commanded = command();
  const last = await Promise.all([commanded.then(() => 0), ...places.map(untilCalm)]);
  return Math.max(...last);

  async function untilCalm({ name, call }: Place): Promise<number> {
    let lastMs = 0;
    while (performance.now() - sentAt - lastMs < calmMs) {
      if (await call()) lastMs = performance.now() - sentAt;
      if (lastMs > patienceMs) throw new Error(`${name} still lets in what counts no more, after ${patienceMs} ms`);
      await sleep(pauseMs);
    }
    return lastMs;
  }
}
