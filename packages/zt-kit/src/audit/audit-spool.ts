import { ZeroTrustError } from '../errors.ts';
import { type ChainLink, lineOf, parseLine } from './chained-record.ts';
import type { DecisionRecord } from './decision-record.ts';
import { type OpenSpool, openSpool, openSpoolIn } from './open-spool.ts';
import type { SpoolBacklog } from './spool-backlog.ts';
import type { SpoolCursor } from './spool-cursor.ts';

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
  readonly limitBytes?: number | undefined;
}

interface Waiting {
  readonly record: DecisionRecord;
  readonly durability: Durability;
  readonly kept: () => void;
  readonly lost: (error: unknown) => void;
}

const copyBytes = 1024 * 1024;

const usualSegmentBytes = 16 * 1024 * 1024;

/**
 * Opens the spool in `<directory>/<name>.jsonl` and its later segments, one JSON object per line, each chained to the
 * one before; where another copy of the service has that, the first in `<directory>/copy-2`, … that none has. Records that
 * arrive while the disk is busy are written and synced together. Throws where the disk has had no room for a minute.
 */
export async function createAuditSpool(
  directory: string,
  name: string,
  options: AuditSpoolOptions = {},
): Promise<AuditSpool & SpoolBacklog> {
  const { segmentBytes = usualSegmentBytes, limitBytes } = options;
  return spoolOf(await openSpool({ directory, name, segmentBytes }), limitBytes);
}

/** Opens the spool in this folder of a copy that is gone; null where a process has it. */
export async function openLeftSpool(folder: string, name: string): Promise<(AuditSpool & SpoolBacklog) | null> {
  const open = await openSpoolIn(folder, name, usualSegmentBytes);
  return open === null ? null : spoolOf(open);
}

function spoolOf(open: OpenSpool, limitBytes = 256 * 1024 * 1024): AuditSpool & SpoolBacklog {
  const { chain, backlog } = open;
  let closed = false;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let renewal: PromiseWithResolvers<void> | null = null;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0 || renewal !== null) {
      if (renewal !== null) {
        const { resolve, reject } = renewal;
        renewal = null;
        await startAnew().then(resolve, reject);
        continue;
      }
      const batch = waiting;
      waiting = [];
      try {
        const synced = batch.some(({ durability }) => durability === 'synced');
        const lines = batch.map(({ record }) => lineFor(record));
        const bytes = await chain.append(lines, synced);
        for (const { kept } of batch) kept();
        backlog.added(bytes);
      } catch (cause) {
        for (const { lost } of batch) lost(notKept('the audit spool cannot be written', { cause }));
      }
    }
    writing = null;
  }

  /** Nothing else is written meanwhile. Where the process dies in the middle, what waits is copied once more. */
  async function startAnew(): Promise<void> {
    const end = chain.end();
    const start = await chain.startAnew();
    const copied = new Set<string>();
    let place: SpoolCursor | undefined;
    while (true) {
      const found = await backlog.linesAfter(copyBytes, place);
      if (found === null || found.end.segment > end.segment) break;
      const records = found.lines.map(parseLine).filter(({ decisionId }) => !copied.has(decisionId));
      for (const { decisionId } of records) copied.add(decisionId);
      if (records.length > 0) await chain.append(records.map(lineFor), false);
      place = found.end;
    }
    await chain.sync();
    await backlog.moveTo(start);
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
    rewind: (spoolId, keptThrough) => backlog.rewind(spoolId, keptThrough),
    startAnew() {
      renewal ??= Promise.withResolvers();
      const { promise } = renewal;
      writing ??= writeAll();
      return promise;
    },
    onAdded: (listener) => backlog.onAdded(listener),
    async close() {
      closed = true;
      await writing;
      await open.close();
    },
  };
}

/** A record as a link of the chain; one that was in another chain before is put into this one. */
function lineFor(record: DecisionRecord): (link: ChainLink) => string {
  return (link) => lineOf(record, link);
}

function notKept(message: string, options?: ErrorOptions): ZeroTrustError {
  return new ZeroTrustError('record_not_kept', message, options);
}
