export { type AuditClient, createAuditClient, type HandedBatch, type RecordSink } from './audit-client.ts';
export { type AuditSpool, createAuditSpool, type Durability } from './audit-spool.ts';
export { type ChainedRecord, type ChainLink, chainStart, hashOfLine, lineOf, parseLine } from './chained-record.ts';
export type {
  CertificateRecord,
  DatabaseRecord,
  DecisionRecord,
  PeerRecord,
  PolicyInputRecord,
  TokenRecord,
} from './decision-record.ts';
export type { LedgerEnd } from './ledger-standing.ts';
export { type BacklogState, readBacklog } from './read-backlog.ts';
export type { RecordBatch } from './spool-backlog.ts';
export { isSpoolTaken, spoolLockFile } from './spool-lock.ts';
export { listSpoolFiles, readSpool } from './spool-segments.ts';
