import { mkdir } from 'node:fs/promises';
import pRetry from 'p-retry';
import { type CountedBacklog, createSpoolBacklog } from './spool-backlog.ts';
import { openSpoolChain, type SpoolChain } from './spool-chain.ts';
import { mostSpoolFolders, spoolFolder } from './spool-folders.ts';
import { lockSpool } from './spool-lock.ts';

/** A spool that this process has, and no other. */
export interface OpenSpool {
  readonly chain: SpoolChain;
  readonly backlog: CountedBacklog;
  close(): Promise<void>;
}

export interface OpenSpoolOptions {
  /** The one that all copies of the service share. */
  readonly directory: string;
  readonly name: string;
  readonly segmentBytes: number;
  /** How long to wait for room on a disk that is full. */
  readonly patienceMs?: number;
}

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Opens the first spool that no other copy of the service has. Waits for room where the disk is full: a service that ended
 * for that would be started again and again.
 */
export async function openSpool(options: OpenSpoolOptions): Promise<OpenSpool> {
  const { patienceMs = 60_000 } = options;
  return await pRetry(() => openFirstFree(options), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 100,
    maxTimeout: 1_000,
    maxRetryTime: patienceMs,
    shouldRetry: ({ error }) => full.includes((error as NodeJS.ErrnoException).code ?? ''),
  });
}

async function openFirstFree({ directory, name, segmentBytes }: OpenSpoolOptions): Promise<OpenSpool> {
  for (let copy = 1; copy <= mostSpoolFolders; copy += 1) {
    const folder = spoolFolder(directory, copy);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const open = await openSpoolIn(folder, name, segmentBytes);
    if (open !== null) return open;
  }
  throw new Error(`all ${mostSpoolFolders} spools of ${name} in ${directory} are in use`);
}

/** Opens the spool of one folder, which has to be there; null where a process has it. */
export async function openSpoolIn(folder: string, name: string, segmentBytes: number): Promise<OpenSpool | null> {
  const lock = lockSpool(folder, name);
  if (lock === null) return null;
  try {
    const chain = await openSpoolChain(folder, name, segmentBytes);
    const backlog = await createSpoolBacklog(folder, name, chain);
    return {
      chain,
      backlog,
      async close() {
        await chain.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
