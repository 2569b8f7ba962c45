export { type AuditSpool, createAuditSpool, type Durability } from './audit-spool.ts';
export type {
  CertificateRecord,
  DatabaseRecord,
  DecisionRecord,
  PeerRecord,
  TokenRecord,
} from './decision-record.ts';
