import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionRecord } from '@zt/kit/audit';
import { type StackDescription, type Workload, workloads } from '../stack-description.ts';

/** Reads back what the services recorded. */
export interface Ledger {
  /** All records of one request, in the order of their decisions. */
  trace(traceId: string): Promise<DecisionRecord[]>;
  /** All records from this moment on, RFC 3339. */
  since(time: string): Promise<DecisionRecord[]>;
  /** The last record of a service that fits; null where none comes within two seconds. */
  find(service: Workload, fits: (record: DecisionRecord) => boolean): Promise<DecisionRecord | null>;
}

const patienceMs = 2_000;

export function createLedger(stack: Pick<StackDescription, 'spoolDirectory'>): Ledger {
  async function recordsOf(service: Workload): Promise<DecisionRecord[]> {
    const text = await readFile(join(stack.spoolDirectory, service, `${service}.jsonl`), 'utf8').catch(() => '');
    // The last line may be half written at this very moment.
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as DecisionRecord);
  }

  return {
    async trace(traceId) {
      const records = (await Promise.all(workloads.map(recordsOf))).flat();
      return records.filter((record) => record.traceId === traceId).toSorted((a, b) => a.time.localeCompare(b.time));
    },
    async since(time) {
      return (await Promise.all(workloads.map(recordsOf))).flat().filter((record) => record.time >= time);
    },
    async find(service, fits) {
      const end = Date.now() + patienceMs;
      while (true) {
        const record = (await recordsOf(service)).findLast(fits);
        if (record !== undefined) return record;
        if (Date.now() > end) return null;
        await sleep(50);
      }
    },
  };
}
