import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ZeroTrustError } from '../errors.ts';
import type { DecisionRecord } from './decision-record.ts';

/** `synced`: on disk. `written`: with the operating system, which survives the death of the process. */
export type Durability = 'synced' | 'written';

/** Where decision records wait for the ledger. One process writes to it; records stay in the order of `append`. */
export interface AuditSpool {
  /** Settles once the record is kept; throws `record_not_kept` where it can't be (disk full, gone, closed). */
  append(record: DecisionRecord, durability: Durability): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  readonly durability: Durability;
  readonly kept: () => void;
  readonly lost: (error: unknown) => void;
}

/**
 * Opens `<directory>/<name>.jsonl`, one JSON object per line. Records that arrive while the disk is busy are written
 * and synced together. A line that a dying process left unfinished is cut off, so that no record is glued to it.
 */
export async function createAuditSpool(directory: string, name: string): Promise<AuditSpool> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = await open(join(directory, `${name}.jsonl`), constants.O_RDWR | constants.O_CREAT, 0o600);
  let end = await endOfLastLine(file);
  await file.truncate(end);
  await syncDirectory(directory);
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let closed = false;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      try {
        await writeFully(file, bytes, end);
        if (batch.some(({ durability }) => durability === 'synced')) await file.datasync();
        end += bytes.length;
        for (const { kept } of batch) kept();
      } catch (cause) {
        // What was written of the batch is overwritten by the next one: no record counts that nobody was told of.
        await file.truncate(end).catch(() => {});
        for (const { lost } of batch)
          lost(new ZeroTrustError('record_not_kept', 'the audit spool cannot be written', { cause }));
      }
    }
    writing = null;
  }

  return {
    append(record, durability) {
      if (closed) return Promise.reject(new ZeroTrustError('record_not_kept', 'the audit spool is closed'));
      return new Promise((kept, lost) => {
        waiting.push({ line: `${JSON.stringify(record)}\n`, durability, kept, lost });
        writing ??= writeAll();
      });
    },
    async close() {
      closed = true;
      await writing;
      await file.close();
    },
  };
}

type File = Awaited<ReturnType<typeof open>>;

async function writeFully(file: File, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await file.write(bytes, written, bytes.length - written, position + written);
    written += result.bytesWritten;
  }
}

/** Without it a new file's name, and all records with it, could be lost with the power. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function endOfLastLine(file: File): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  let end = (await file.stat()).size;
  while (end > 0) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const newline = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}
