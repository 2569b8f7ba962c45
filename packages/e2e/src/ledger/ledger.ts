import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceName, serviceNames } from '@zt/access-graph';
import { type DecisionRecord, readSpool } from '@zt/kit/audit';
import type { StackDescription } from '../stack-description.ts';

/** Reads back what the services recorded. */
export interface Ledger {
  /** All records of one request, in the order of their decisions. */
  trace(traceId: string): Promise<DecisionRecord[]>;
  /** All records from this moment on, RFC 3339. */
  since(time: string): Promise<DecisionRecord[]>;
  /** The last record of a service that fits; null where none comes within two seconds. */
  find(service: ServiceName, fits: (record: DecisionRecord) => boolean): Promise<DecisionRecord | null>;
}

const patienceMs = 2_000;

export function createLedger(stack: Pick<StackDescription, 'spoolDirectory'>): Ledger {
  const recordsOf = (service: ServiceName): Promise<DecisionRecord[]> =>
    readSpool(join(stack.spoolDirectory, service), service);

  return {
    async trace(traceId) {
      const records = (await Promise.all(serviceNames.map(recordsOf))).flat();
      return records.filter((record) => record.traceId === traceId).toSorted((a, b) => a.time.localeCompare(b.time));
    },
    async since(time) {
      return (await Promise.all(serviceNames.map(recordsOf))).flat().filter((record) => record.time >= time);
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
