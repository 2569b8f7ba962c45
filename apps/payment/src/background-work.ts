/** Work that is looked for again and again, whoever left it. */
export interface BackgroundWork {
  /** There is something to do: looks at once. */
  poke(): void;
  /** Waits for the round that is under way. */
  close(): Promise<void>;
}

/**
 * Claims what there is to do and does it, one round after the other. What fails is left to a later claim; `onFailure` is
 * told of it.
 */
export function createBackgroundWork<Item>(options: {
  readonly claim: () => Promise<readonly Item[]>;
  readonly work: (item: Item) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  readonly lookEveryMs?: number;
}): BackgroundWork {
  const { claim, work, onFailure, lookEveryMs = 1_000 } = options;
  let wake = Promise.withResolvers<void>();
  let closed = false;

  async function round(): Promise<number> {
    try {
      const items = await claim();
      await Promise.all(items.map((item) => work(item).catch(onFailure)));
      return items.length;
    } catch (error) {
      onFailure(error);
      return 0;
    }
  }

  async function loop(): Promise<void> {
    while (!closed) {
      const found = await round();
      if (closed || found > 0) continue;
      const timer = setTimeout(wake.resolve, lookEveryMs);
      await wake.promise;
      clearTimeout(timer);
      wake = Promise.withResolvers();
    }
  }

  const looping = loop();
  return {
    poke: () => wake.resolve(),
    async close() {
      closed = true;
      wake.resolve();
      await looping;
    },
  };
}
