import { AuditServiceService, Verdict } from '@zt/proto/audit';
import { z } from 'zod';
import { defineJob } from '../operator-job.ts';

/** Decisions that the ledger keeps, the newest first: a page of them, and where the next one begins. */
export const listDecisions = defineJob({
  name: 'list-decisions',
  input: z.strictObject({
    service: z.string().default(''),
    subject: z.string().default(''),
    method: z.string().default(''),
    decisionId: z.string().default(''),
    traceId: z.string().default(''),
    reason: z.string().default(''),
    verdict: z.enum(['allowed', 'refused']).nullable().default(null),
    /** RFC 3339. */
    from: z.iso.datetime().nullable().default(null),
    until: z.iso.datetime().nullable().default(null),
    pageSize: z.number().default(0),
    pageToken: z.string().default(''),
  }),
  output: z.object({
    /** JSON, byte for byte as the writer has hashed it. */
    lines: z.array(z.string()),
    nextPageToken: z.string(),
  }),
  async run(operator, { verdict, from, until, ...filters }) {
    const { decisions, nextPageToken } = await operator.call('audit', AuditServiceService.listDecisions, {
      ...filters,
      verdict: verdict === null ? Verdict.VERDICT_UNSPECIFIED : verdicts[verdict],
      from: from === null ? undefined : new Date(from),
      until: until === null ? undefined : new Date(until),
    });
    return { lines: decisions.map(({ record }) => Buffer.from(record).toString('utf8')), nextPageToken };
  },
});

const verdicts = { allowed: Verdict.VERDICT_ALLOWED, refused: Verdict.VERDICT_REFUSED } as const;
