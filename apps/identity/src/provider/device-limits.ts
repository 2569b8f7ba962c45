import { createHash } from 'node:crypto';
import type { Log } from '@zt/kit/service';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { problemPage } from './login-pages.ts';
import { send } from './provider-pages.ts';

export interface DeviceLimitsOptions {
  /** How long a device is told to wait before it asks again whether its user has logged in. */
  readonly intervalSeconds?: number;
  /** Codes that one address may type in a minute: of 25,600,000,000 a few are alive. */
  readonly codesPerAddress?: number;
  /** Logins that one address may start in a minute. */
  readonly startsPerAddress?: number;
}

/** Bounds what the device flow lets strangers try (RFC 8628, sections 3.5 and 5.1). Counts in memory. */
export interface DeviceLimits {
  /** For the provider, before everything else of its own. */
  middleware(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void>;
  /** Throws `slow_down` where a device asks again too soon. */
  poll(deviceCode: string): Promise<void>;
}

export function createDeviceLimits(options: DeviceLimitsOptions, log: Log): DeviceLimits {
  const { intervalSeconds = 2, codesPerAddress = 20, startsPerAddress = 60 } = options;
  const starts = new RateLimiterMemory({ points: startsPerAddress, duration: 60 });
  const codes = new RateLimiterMemory({ points: codesPerAddress, duration: 60 });
  // Half of what it is told: the way to here takes one poll longer than the next.
  const polls = new RateLimiterMemory({ points: 1, duration: intervalSeconds / 2 });

  return {
    async middleware(ctx, next) {
      if (ctx.method === 'POST' && ctx.path === '/device/auth') {
        if (await passes(starts, ctx.ip)) {
          await next();
          if (ctx.status === 200) ctx.body = { ...(ctx.body as object), interval: intervalSeconds };
          return;
        }
        log.warn('device_logins_limited', { address: ctx.ip });
        ctx.body = { error: 'temporarily_unavailable' };
        ctx.status = 429;
        return;
      }
      if (ctx.method === 'POST' && ctx.path === '/device' && !(await passes(codes, ctx.ip))) {
        log.warn('user_codes_limited', { address: ctx.ip });
        await send(ctx, await problemPage('There were too many attempts. Please wait a minute.'));
        ctx.status = 429;
        return;
      }
      await next();
    },
    async poll(deviceCode) {
      if (await passes(polls, deviceCode)) return;
      throw new errors.SlowDown();
    },
  };
}

async function passes(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  // What is counted may be a secret: it is not kept as it is.
  return await limiter.consume(createHash('sha256').update(key).digest('base64')).then(
    () => true,
    () => false,
  );
}
