import { createHash } from 'node:crypto';
import type { Log } from '@zt/kit/service';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { problemPage } from './login-pages.ts';
import { send } from './provider-pages.ts';

export interface DeviceLimitsOptions {
  /** How long a device is told to wait before it asks again whether its user has logged in. */
  readonly intervalSeconds?: number;
  /** Wrong codes that one address may type in a minute: of 25,600,000,000 a few are alive. */
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

  async function typed(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    // Counted before the code is looked at: a hundred at once must not all pass before the first was wrong.
    if (!(await passes(codes, ctx.ip))) {
      log.warn('user_codes_limited', { address: ctx.ip });
      await send(ctx, await problemPage('There were too many attempts. Please wait a minute.'));
      ctx.status = 429;
      return;
    }
    try {
      await next();
    } catch {
      // Without the cookie of the page that the form is on, oidc-provider fails to keep a session that never was.
      await send(ctx, await problemPage('This page has expired. Please start again at the command line.'));
      ctx.status = 400;
    }
    if (ctx.oidc?.entities.DeviceCode !== undefined) await codes.reward(hashOf(ctx.ip));
  }

  return {
    async middleware(ctx, next) {
      // oidc-provider finds its routes whatever the case of their letters.
      const path = ctx.path.toLowerCase();
      if (ctx.method === 'POST' && path === '/device/auth') {
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
      if (ctx.method === 'POST' && path === '/device') return await typed(ctx, next);
      await next();
    },
    async poll(deviceCode) {
      if (await passes(polls, deviceCode)) return;
      throw new errors.SlowDown();
    },
  };
}

async function passes(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  return await limiter.consume(hashOf(key)).then(
    () => true,
    () => false,
  );
}

/** What is counted may be a secret: it is not kept as it is. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
