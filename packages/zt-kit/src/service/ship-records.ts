import { type AuditClientOptions, createAuditClient, type RecordSink } from '../audit/audit-client.ts';
import { createLeftSpools } from '../audit/left-spools.ts';
import type { Log } from './log.ts';

export interface ShipRecordsOptions {
  readonly spool: AuditClientOptions['spool'];
  readonly sink: RecordSink;
  /** The one that all copies of the service share. */
  readonly directory: string;
  readonly name: string;
  readonly log: Log;
}

/** Takes this service's records to the ledger, and those that copies of it left behind. */
export function shipRecords({ spool, sink, directory, name, log }: ShipRecordsOptions): { close(): Promise<void> } {
  const shipping = { sink, log: ({ event, ...fields }: { event: string }) => log.warn(event, fields) };
  const auditClient = createAuditClient({ spool, ...shipping });
  const leftSpools = createLeftSpools({ directory, name, ...shipping });
  return {
    async close() {
      await leftSpools.close();
      await auditClient.close();
    },
  };
}
