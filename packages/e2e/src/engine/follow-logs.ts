import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { framesOf, usualTail } from './container-log.ts';
import type { Container, EngineClient } from './engine-client.ts';
import type { LogFrame } from './log-frames.ts';

/** As the stacks of processes have it: readers go on at the start of a file that has become shorter. */
const rotateAboveBytes = 8 * 1024 * 1024;
const lookMs = 500;
const newline = 0x0a;

export interface LogFollower {
  close(): Promise<void>;
}

/**
 * Writes the logs of all services to `<directory>/<service>.log`, those of a service's copies to the same file, and goes on
 * doing so: also with containers that start again, or are new. Settles when the files have all that was written until now.
 */
export async function followLogs(engine: EngineClient, directory: string): Promise<LogFollower> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const ended = new AbortController();
  const { signal } = ended;
  const followed = new Map<string, FollowedContainer>();
  const sizes = new Map<string, number>();
  const reading = new Set<Promise<void>>();

  async function write(service: string, text: Buffer): Promise<void> {
    const file = join(directory, `${service}.log`);
    const before =
      sizes.get(service) ??
      (await stat(file).then(
        ({ size }) => size,
        () => 0,
      ));
    const isFull = before + text.length > rotateAboveBytes;
    sizes.set(service, isFull ? text.length : before + text.length);
    if (isFull) await rename(file, `${file}.1`).catch(() => undefined);
    await appendFile(file, text, { mode: 0o600 });
  }

  /** Reads on from where it stopped. What there was before the first time is cut to its end. */
  async function read(container: FollowedContainer, follow: boolean): Promise<void> {
    const { id, service, lastTime: since } = container;
    const from = since === null ? { tail: usualTail } : { since };
    for await (const frames of framesOf(engine, id, { follow, ...from }, signal)) {
      const fresh = frames.filter(({ time }) => since === null || time > since);
      const lines = container.linesOf(fresh);
      if (lines.length > 0) await write(service, lines);
    }
  }

  function readOn(container: FollowedContainer): void {
    container.isRead = true;
    // One whose log cannot be read now is tried again.
    const done = read(container, true)
      .catch(() => undefined)
      .finally(() => {
        container.isRead = false;
        reading.delete(done);
      });
    reading.add(done);
  }

  async function look(): Promise<Container[]> {
    const containers = await engine.containers();
    for (const container of containers) {
      if (!followed.has(container.id)) followed.set(container.id, createFollowedContainer(container));
    }
    for (const id of followed.keys()) if (containers.every((each) => each.id !== id)) followed.delete(id);
    return containers;
  }

  const present = await look();
  await Promise.all(
    present.map(async ({ id, service }) => {
      await write(service, Buffer.alloc(0));
      const container = followed.get(id);
      if (container !== undefined) await read(container, false);
    }),
  );

  async function goOn(): Promise<void> {
    while (!signal.aborted) {
      const containers = await look().catch(() => []);
      for (const { id, isRunning, status } of containers) {
        const container = followed.get(id);
        if (container === undefined || container.isRead) continue;
        // One that has ended is read once more: what it wrote last came when nobody read.
        if (isRunning || container.status !== status) readOn(container);
        container.status = status;
      }
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const going = goOn();
  return {
    async close() {
      ended.abort();
      await going;
      await Promise.all(reading);
    },
  };
}

interface FollowedContainer {
  readonly id: string;
  readonly service: string;
  /** Of what was read last. */
  readonly lastTime: string | null;
  /** The lines that are whole now. */
  linesOf(frames: readonly LogFrame[]): Buffer;
  isRead: boolean;
  status: string;
}

function createFollowedContainer({ id, service }: Container): FollowedContainer {
  const unfinished = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  let lastTime: string | null = null;
  return {
    id,
    service,
    get lastTime() {
      return lastTime;
    },
    linesOf(frames) {
      const lines: Buffer[] = [];
      for (const { stream, time, text } of frames) {
        lastTime = time;
        const begun = Buffer.concat([unfinished[stream], text]);
        const isWhole = begun.at(-1) === newline;
        if (isWhole) lines.push(begun);
        unfinished[stream] = isWhole ? Buffer.alloc(0) : begun;
      }
      return Buffer.concat(lines);
    },
    isRead: false,
    status: '',
  };
}
