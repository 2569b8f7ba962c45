import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Env } from './http-context.ts';
import type { GatewayProblem } from './problem.ts';

/** Answers with a problem, and with the headers that its status asks for. */
export function answer(context: Context<Env>, told: GatewayProblem): Response {
  switch (told.status) {
    case 408:
    case 413:
      // The body may be unread: another request on this connection would begin in the middle of it.
      context.header('connection', 'close');
      break;
    case 401:
      context.header('www-authenticate', 'Bearer');
      break;
    case 429:
      context.header('retry-after', String(secondsToWait(context)));
      break;
    case 503:
      context.header('retry-after', '1');
      break;
  }
  if (told.decisionId !== undefined) context.header('x-decision-id', told.decisionId);
  return context.body(JSON.stringify(told), told.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
  });
}

/** Until the last of the limits that were passed begins anew; a second where it was another's limit. */
function secondsToWait(context: Context<Env>): number {
  const quotas = context.get('quotas') ?? [];
  return Math.max(1, ...quotas.filter(({ exceeded }) => exceeded).map(({ secondsUntilReset }) => secondsUntilReset));
}
