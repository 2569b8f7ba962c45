import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditClientOptions, createAuditClient } from './audit-client.ts';
import { openLeftSpool } from './audit-spool.ts';
import { bytesThatWait } from './spool-backlog.ts';
import { listSpoolFolders } from './spool-folders.ts';

export interface LeftSpoolsOptions extends Pick<AuditClientOptions, 'sink' | 'log'> {
  /** The one that all copies of the service share. */
  readonly directory: string;
  readonly name: string;
  readonly lookEveryMs?: number;
}

/**
 * Takes the records to the ledger that a copy of this service left behind which is gone: one that was taken away, or was
 * killed and has come back with another spool. They go as what they are, links of that copy's own chain.
 */
export function createLeftSpools(options: LeftSpoolsOptions): { close(): Promise<void> } {
  const { directory, name, sink, log, lookEveryMs = 5_000 } = options;
  const closed = new AbortController();
  const { signal } = closed;
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

  /** Each by itself: one that was damaged, and is never sent, holds up no other. */
  const underWay = new Map<string, Promise<void>>();

  async function ship(folder: string): Promise<void> {
    if ((await bytesThatWait(folder, name)) === 0) return;
    const spool = await openLeftSpool(folder, name);
    if (spool === null) return;
    const client = createAuditClient({ spool, sink, log });
    try {
      await Promise.race([client.drained, stopped]);
    } finally {
      await client.close();
      await spool.close();
    }
    if (!signal.aborted) log({ event: 'left_records_sent', folder });
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      // Folders that cannot be read now are looked at again; what is in them stays there.
      for (const folder of await listSpoolFolders(directory).catch(() => [])) {
        if (signal.aborted || underWay.has(folder)) continue;
        const shipped = ship(folder).catch(() => {});
        underWay.set(folder, shipped);
        void shipped.then(() => underWay.delete(folder));
      }
      await sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  const running = run();
  return {
    async close() {
      closed.abort();
      await running;
      await Promise.all(underWay.values());
    },
  };
}
