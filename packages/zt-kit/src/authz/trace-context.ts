import { randomBytes } from 'node:crypto';

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const nothing = '0'.repeat(32);

/** The trace id of a `traceparent` header, or a new one where it is missing or malformed (W3C Trace Context, section 3.2). */
export function traceIdOf(traceparent: string | null): string {
  const traceId = pattern.exec(traceparent ?? '')?.[1];
  return traceId === undefined || traceId === nothing ? randomBytes(16).toString('hex') : traceId;
}

/** The header for the next hop. */
export function traceparentOf(traceId: string): string {
  return `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}
