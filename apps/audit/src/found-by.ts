import type { ChainedRecord } from '@zt/kit/audit';
import { z } from 'zod';

/** What a record is found by. All of it is in the record as well. */
export interface FoundBy {
  /** RFC 3339: when its writer decided. Clocks may step back; the chain's order stands. */
  readonly decidedAt: string;
  readonly decisionId: string;
  readonly traceId: string;
  readonly method: string;
  /** Of the token; null where there was none. */
  readonly subject: string | null;
  readonly allowed: boolean;
  readonly reasons: readonly string[];
  /** The order that it is about; null for any other. */
  readonly orderId: string | null;
}

// What chaining asks for is checked already; the rest is kept as it came, and found as far as it can be read.
const facts = z.object({
  method: z.string().catch(''),
  allowed: z.boolean().catch(false),
  reasons: z.array(z.string()).catch([]),
  token: z.object({ subject: z.string() }).nullable().catch(null),
});

export function foundByOf(record: ChainedRecord): FoundBy {
  const { method, allowed, reasons, token } = facts.parse(record);
  const { order, reservation, payment } = record.resource;
  // A reservation and a payment have the id of their order.
  const orderId = order ?? reservation ?? payment;
  return {
    decidedAt: record.time,
    decisionId: storable(record.decisionId),
    traceId: storable(record.traceId),
    method: storable(method),
    subject: token === null ? null : storable(token.subject),
    allowed,
    reasons: reasons.map(storable),
    orderId: orderId === undefined ? null : storable(String(orderId)),
  };
}

/** Postgres keeps no NUL in a text: a caller that names such an order must not keep its record from being kept. */
function storable(text: string): string {
  return text.replaceAll('\0', '');
}
