import { z } from 'zod';

/** The ledger as text: signed checkpoints first, so that whoever cuts the file off cuts off what they vouch for. */
export interface LedgerExport {
  /** RFC 3339. */
  readonly time: string;
  readonly trustDomain: string;
  /** Compact JWS, the oldest first. */
  readonly checkpoints: readonly string[];
  /** Chain after chain, each in its order. */
  readonly lines: readonly string[];
}

/** An export as it was found in a file. */
export interface FoundExport extends LedgerExport {
  /** The file ends within a line, which is left out. */
  readonly isCutOff: boolean;
}

const head = z.object({ ledger: z.literal(1), time: z.string(), trustDomain: z.string(), checkpoints: z.int().min(0) });

/** One line says what it is and how many checkpoints follow; then the checkpoints, then the records, a line each. */
export function textOfExport({ time, trustDomain, checkpoints, lines }: LedgerExport): string {
  const first = JSON.stringify({ ledger: 1, time, trustDomain, checkpoints: checkpoints.length });
  return [first, ...checkpoints, ...lines, ''].join('\n');
}

/** Throws an error for people where the text is no export. */
export function parseExport(text: string): FoundExport {
  const [first = '', ...rest] = text.split('\n');
  const parsed = head.safeParse(jsonOf(first));
  if (!parsed.success) throw new Error('the file is no export of a ledger');
  const { time, trustDomain, checkpoints } = parsed.data;
  // After the last newline there is nothing, or the half of a line.
  const isCutOff = rest.pop() !== '';
  return {
    time,
    trustDomain,
    checkpoints: rest.slice(0, checkpoints),
    lines: rest.slice(checkpoints),
    isCutOff: isCutOff || rest.length < checkpoints,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
