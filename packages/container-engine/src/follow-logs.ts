import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, EngineClient } from './engine-client.ts';
import { createFollowedContainer, type FollowedContainer } from './followed-container.ts';
import { createServiceLogs } from './service-logs.ts';

const lookMs = 500;

export interface LogFollower {
  close(): Promise<void>;
}

interface Row {
  readonly container: FollowedContainer;
  /** As it was found last. */
  found: Container;
  /** As it was when its log was last begun to be read. */
  status: string;
  isRead: boolean;
}

/**
 * Writes the logs of all services to `<directory>/<service>.log`, those of a service's copies to the same file, and goes on
 * doing so: also with containers that start again, or are new. Settles when the files have all that was written until now.
 */
export async function followLogs(engine: EngineClient, directory: string): Promise<LogFollower> {
  const logs = await createServiceLogs(directory);
  const ended = new AbortController();
  const rows = new Map<string, Row>();
  const reading = new Set<Promise<void>>();

  async function look(): Promise<Row[]> {
    const containers = await engine.containers();
    for (const id of rows.keys()) if (containers.every((each) => each.id !== id)) rows.delete(id);
    return containers.map((found) => {
      const row = rows.get(found.id) ?? {
        container: createFollowedContainer(engine, found),
        found,
        status: '',
        isRead: false,
      };
      row.found = found;
      rows.set(found.id, row);
      return row;
    });
  }

  const read = ({ container, found }: Row, follow: boolean): Promise<void> =>
    container.read(follow, (lines) => logs.append(found.service, lines), ended.signal);

  async function goOn(): Promise<void> {
    while (!ended.signal.aborted) {
      for (const row of await look().catch(() => [])) {
        const { isRunning, status } = row.found;
        // One that has ended is read once more: what it wrote last came when nobody read.
        if (!row.isRead && (isRunning || row.status !== status)) readOn(row);
      }
      await sleep(lookMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  function readOn(row: Row): void {
    row.isRead = true;
    row.status = row.found.status;
    // One whose log cannot be read now is tried again.
    const done = read(row, true)
      .catch(() => undefined)
      .finally(() => {
        row.isRead = false;
        reading.delete(done);
      });
    reading.add(done);
  }

  await Promise.all(
    (await look()).map(async (row) => {
      await logs.append(row.found.service, Buffer.alloc(0));
      await read(row, false);
    }),
  );
  const going = goOn();
  return {
    async close() {
      ended.abort();
      await going;
      await Promise.all(reading);
    },
  };
}
