import { mkdir } from 'node:fs/promises';
import { ZeroTrustError } from '../errors.ts';
import { lineOf } from './chained-record.ts';
import type { DecisionRecord } from './decision-record.ts';
import { createSpoolBacklog, type SpoolBacklog } from './spool-backlog.ts';
import { openSpoolChain } from './spool-chain.ts';

/** `synced`: on disk. `written`: with the operating system, which survives the death of the process. */
export type Durability = 'synced' | 'written';

/** Where decision records wait for the ledger. One process writes to it; records stay in the order of `append`. */
export interface AuditSpool {
  /** Settles once the record is kept; throws `record_not_kept` where it can't be (disk or spool full, gone, closed). */
  append(record: DecisionRecord, durability: Durability): Promise<void>;
  close(): Promise<void>;
}

export interface AuditSpoolOptions {
  /** A segment that would grow beyond it is followed by the next. */
  readonly segmentBytes?: number;
  /** When so much waits for the ledger, synced records are not taken any more; written ones from twice as much on. */
  readonly limitBytes?: number;
}

interface Waiting {
  readonly record: DecisionRecord;
  readonly durability: Durability;
  readonly kept: () => void;
  readonly lost: (error: unknown) => void;
}

/**
 * Opens the spool in `<directory>/<name>.jsonl` and its later segments, one JSON object per line, each chained to the
 * one before. Records that arrive while the disk is busy are written and synced together.
 */
export async function createAuditSpool(
  directory: string,
  name: string,
  options: AuditSpoolOptions = {},
): Promise<AuditSpool & SpoolBacklog> {
  const { segmentBytes = 16 * 1024 * 1024, limitBytes = 256 * 1024 * 1024 } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const chain = await openSpoolChain(directory, name, segmentBytes);
  const backlog = await createSpoolBacklog(directory, name, chain);
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let closed = false;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const synced = batch.some(({ durability }) => durability === 'synced');
        const bytes = await chain.append(
          batch.map(
            ({ record }) =>
              (link) =>
                lineOf(record, link),
          ),
          synced,
        );
        for (const { kept } of batch) kept();
        backlog.added(bytes);
      } catch (cause) {
        for (const { lost } of batch) lost(notKept('the audit spool cannot be written', { cause }));
      }
    }
    writing = null;
  }

  return {
    append(record, durability) {
      if (closed) return Promise.reject(notKept('the audit spool is closed'));
      // Written records have room left, so that what is refused for lack of room is on record.
      const limit = durability === 'synced' ? limitBytes : 2 * limitBytes;
      if (backlog.waitingBytes() > limit) return Promise.reject(notKept('the audit spool is full'));
      return new Promise((kept, lost) => {
        waiting.push({ record, durability, kept, lost });
        writing ??= writeAll();
      });
    },
    waiting: (mostBytes) => backlog.waiting(mostBytes),
    acknowledge: (batch) => backlog.acknowledge(batch),
    onAdded: (listener) => backlog.onAdded(listener),
    async close() {
      closed = true;
      await writing;
      await chain.close();
    },
  };
}

function notKept(message: string, options?: ErrorOptions): ZeroTrustError {
  return new ZeroTrustError('record_not_kept', message, options);
}
