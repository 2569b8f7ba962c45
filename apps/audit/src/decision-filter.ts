import { BusinessError } from '@zt/kit/errors';
import { type ListDecisionsRequest, Verdict } from '@zt/proto/audit';
import { z } from 'zod';

/** Which decisions to list. What is null narrows nothing. */
export interface DecisionFilter {
  /** SPIFFE ID of the service that decided. */
  readonly writer: string | null;
  readonly subject: string | null;
  readonly method: string | null;
  readonly decisionId: string | null;
  readonly traceId: string | null;
  readonly reason: string | null;
  readonly allowed: boolean | null;
  readonly from: Date | null;
  /** That moment itself is left out. */
  readonly until: Date | null;
  /** Only what comes after this one, from the newest to the oldest. */
  readonly after: DecisionPlace | null;
  readonly limit: number;
}

/** The place of a decision in the list: no two have the same. */
export interface DecisionPlace {
  /** RFC 3339. */
  readonly decidedAt: string;
  readonly writer: string;
  readonly spool: string;
  readonly sequence: number;
}

const defaultPageSize = 100;
const longestPage = 500;

/** Throws `BusinessError` `invalid` for a page that can't be. */
export function parseDecisionFilter(request: ListDecisionsRequest): DecisionFilter {
  const { pageSize, pageToken, verdict } = request;
  if (pageSize < 0 || pageSize > longestPage) throw new BusinessError('invalid', 'A page has 1 to 500 decisions.');
  return {
    writer: textOrNull(request.service),
    subject: textOrNull(request.subject),
    method: textOrNull(request.method),
    decisionId: textOrNull(request.decisionId),
    traceId: textOrNull(request.traceId),
    reason: textOrNull(request.reason),
    allowed: verdict === Verdict.VERDICT_UNSPECIFIED ? null : verdict === Verdict.VERDICT_ALLOWED,
    from: request.from ?? null,
    until: request.until ?? null,
    after: pageToken === '' ? null : parsePageToken(pageToken),
    limit: pageSize === 0 ? defaultPageSize : pageSize,
  };
}

/** Where the next page begins. Nobody but this service reads it. */
export function pageTokenOf({ decidedAt, writer, spool, sequence }: DecisionPlace): string {
  return Buffer.from(JSON.stringify([decidedAt, writer, spool, sequence])).toString('base64url');
}

const place = z.tuple([z.iso.datetime(), z.string(), z.string(), z.int().min(1)]);

function parsePageToken(token: string): DecisionPlace {
  try {
    const [decidedAt, writer, spool, sequence] = place.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    return { decidedAt, writer, spool, sequence };
  } catch (cause) {
    throw new BusinessError('invalid', 'The page token is not one of this service.', { cause });
  }
}

function textOrNull(text: string): string | null {
  return text === '' ? null : text;
}
