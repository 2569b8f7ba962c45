import type { CallContext, RefusedCall } from '@zt/kit/authz';
import { ZeroTrustError } from '@zt/kit/errors';
import type { Context, MiddlewareHandler } from 'hono';
import { answer } from './answer.ts';
import { addressOf, type Env } from './http-context.ts';
import { quotaExceeded } from './problem.ts';
import { rateLimitFields } from './rate-limit-fields.ts';
import type { Quota, RateLimits } from './rate-limits.ts';
import type { RefusedAddresses } from './refused-addresses.ts';

/** Keeps a record of what a control refused inside an allowed call. */
export type Refuse = (call: CallContext, error: ZeroTrustError) => Promise<RefusedCall>;

/**
 * Before anything else, so that a flood costs no token check and no record: what an address is refused is only added up.
 */
export function limitByAddress(limits: RateLimits, refused: RefusedAddresses): MiddlewareHandler<Env> {
  return async function limitByAddress(context, next) {
    const { address } = addressOf(context);
    const quota = await limits.countAddress(address);
    tell(context, [quota]);
    if (!quota.exceeded) return await next();
    refused.add(address);
    return answer(context, quotaExceeded(quota));
  };
}

/** Once it is known who asks: from however many addresses, a user has one limit. Each refusal is recorded. */
export function limitByUser(limits: RateLimits, refuse: Refuse): MiddlewareHandler<Env> {
  return async function limitByUser(context, next) {
    const call = context.get('call');
    if (call.user === null) return await next();
    const quota = await limits.countUser(call.user.id);
    tell(context, [...context.get('quotas'), quota]);
    if (!quota.exceeded) return await next();
    const { decisionId } = await refuse(call, new ZeroTrustError('rate_exceeded', 'the user has asked too often'));
    return answer(context, { ...quotaExceeded(quota), decisionId });
  };
}

function tell(context: Context<Env>, quotas: readonly Quota[]): void {
  context.set('quotas', quotas);
  for (const [name, value] of Object.entries(rateLimitFields(quotas))) context.header(name, value);
}
