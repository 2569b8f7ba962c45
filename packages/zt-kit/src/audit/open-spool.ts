import { mkdir } from 'node:fs/promises';
import pRetry from 'p-retry';
import { type CountedBacklog, createSpoolBacklog } from './spool-backlog.ts';
import { openSpoolChain, type SpoolChain } from './spool-chain.ts';
import { lockSpool } from './spool-lock.ts';

/** A spool that this process has, and no other. */
export interface OpenSpool {
  readonly chain: SpoolChain;
  readonly backlog: CountedBacklog;
  close(): Promise<void>;
}

export interface OpenSpoolOptions {
  readonly directory: string;
  readonly name: string;
  readonly segmentBytes: number;
  /** Called where another process took the spool by force: nothing may be written from then on. */
  readonly onLost: () => void;
  /** How long to wait for room on a disk that is full. */
  readonly patienceMs?: number;
}

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Waits for room where the disk is full: a service that ended for that would be started again and again. */
export async function openSpool(options: OpenSpoolOptions): Promise<OpenSpool> {
  const { patienceMs = 60_000 } = options;
  return await pRetry(() => tryToOpen(options), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 100,
    maxTimeout: 1_000,
    maxRetryTime: patienceMs,
    shouldRetry: ({ error }) => full.includes((error as NodeJS.ErrnoException).code ?? ''),
  });
}

async function tryToOpen({ directory, name, segmentBytes, onLost }: OpenSpoolOptions): Promise<OpenSpool> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await lockSpool(directory, name, onLost);
  try {
    const chain = await openSpoolChain(directory, name, segmentBytes);
    const backlog = await createSpoolBacklog(directory, name, chain);
    return {
      chain,
      backlog,
      async close() {
        await chain.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
