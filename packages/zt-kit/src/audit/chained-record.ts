import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DecisionRecord } from './decision-record.ts';

/** The place of a record in its writer's chain. Whoever changes, removes or moves one breaks the link of the next. */
export interface ChainLink {
  /** Made together with the spool: a writer that lost its spool starts another chain. */
  readonly spool: string;
  /** From 1 on, without a gap. */
  readonly sequence: number;
  /** `hashOfLine` of the record before; `chainStart` for the first. */
  readonly previous: string;
}

/** A record as it is spooled, sent and kept. The writer is its `service`. */
export type ChainedRecord = DecisionRecord & { readonly chain: ChainLink };

/** What the first record of a chain names in place of a record before it. */
export const chainStart = '0'.repeat(64);

const hash = /^[0-9a-f]{64}$/;
const chainLink = z.object({
  spool: z.uuid(),
  sequence: z.number().int().min(1),
  previous: z.string().regex(hash),
});
// Only what chaining and finding need: records of later versions of the kit are kept as they are.
const chainedRecord = z.looseObject({
  version: z.literal(1),
  time: z.iso.datetime(),
  decisionId: z.string(),
  traceId: z.string(),
  service: z.string(),
  resource: z.record(z.string(), z.union([z.string(), z.number()])),
  chain: chainLink,
});

/** The line that is hashed, spooled, sent and kept: from here on its bytes never change. Without the newline. */
export function lineOf(record: DecisionRecord, chain: ChainLink): string {
  return JSON.stringify({ ...record, chain });
}

/** SHA-256 of a line's bytes, in hexadecimal. It covers the link to the record before. */
export function hashOfLine(line: string | Uint8Array): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Throws a `TypeError` where a line is no record of a chain. */
export function parseLine(line: string | Uint8Array): ChainedRecord {
  const parsed = chainedRecord.safeParse(jsonOf(line));
  if (!parsed.success) throw new TypeError('the line is no record of a chain');
  return parsed.data as unknown as ChainedRecord;
}

/** The place of a line in its chain; null where it says none. */
export function linkOf(line: string | Uint8Array): ChainLink | null {
  const parsed = z.object({ chain: chainLink }).safeParse(jsonOf(line));
  return parsed.success ? parsed.data.chain : null;
}

function jsonOf(line: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof line === 'string' ? line : new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    return undefined;
  }
}
