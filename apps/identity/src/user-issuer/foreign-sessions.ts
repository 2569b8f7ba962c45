import type { IssuerSessionCheck as SessionCheckSettings } from '@zt/kit/delegation';
import type { Queryable } from '@zt/kit/vault';
import { LRUCache } from 'lru-cache';
import type { PresentedToken, SessionSource, SessionState } from '../exchange/session-source.ts';
import type { IssuerSessionCheck } from './issuer-session-check.ts';

/** An exchanged token lives no longer, and neither does one that is made from it. */
const exchangedTokensLiveMs = 60_000;
const keptTokens = 10_000;
/** The issuer's clock may be ahead by so much: a token that ends sooner may be over for it, and its session alive. */
const nearlyOverMs = 10_000;

interface SessionRow {
  readonly ends_at: Date;
  readonly age_ms: number;
}

/**
 * Sessions of an issuer that is not ours. Where a user's token comes in, the issuer is asked about it, unless it was a
 * moment ago. Behind that an exchanged token has to do, which does not hold the user's own: a copy of this service that
 * has seen that one asks about it again, and another copy goes by an answer that is no older than exchanged tokens get.
 */
export function createForeignSessions(options: {
  readonly settings: SessionCheckSettings;
  readonly check: IssuerSessionCheck;
  readonly database: Queryable;
}): SessionSource {
  const { settings, check, database } = options;
  const cacheMs = 'cacheSeconds' in settings ? settings.cacheSeconds * 1000 : 0;
  /** Users' own tokens, in memory only and for as long as they count. */
  const tokens = new LRUCache<string, { readonly token: string; readonly expiresAt: Date }>({ max: keptTokens });

  async function find(sessionId: string, userId: string): Promise<SessionRow | undefined> {
    const [row] = await database.query<SessionRow>(
      `select ends_at, (extract(epoch from now() - checked_at) * 1000)::float8 as age_ms from foreign_sessions
       where session_id = $1 and user_id = $2 and ends_at > now()
         and not exists (select from ended_sessions where session_id = $1)
         and not exists (select from blocked_users where user_id = $2)`,
      [sessionId, userId],
    );
    return row;
  }

  return {
    async isActive(sessionId, userId, { token, verified }: PresentedToken) {
      const key = JSON.stringify([userId, sessionId]);
      if (verified.chain.length === 0) {
        const { expiresAt } = verified;
        tokens.set(key, { token, expiresAt }, { ttl: millisecondsUntil(expiresAt) });
      }
      const usersToken = tokens.get(key);
      const known = await find(sessionId, userId);
      if (usersToken === undefined) return stateOf(known, exchangedTokensLiveMs);
      if (known !== undefined && known.age_ms <= cacheMs) return stateOf(known, cacheMs);
      if (!(await check.lives(usersToken.token))) {
        if (millisecondsUntil(usersToken.expiresAt) > nearlyOverMs) await database.query(sessionEnded, [sessionId]);
        return { active: false };
      }
      await database.query(sessionLives, [sessionId, userId, verified.expiresAt]);
      // It may have been ended here, or its user blocked, and the issuer knows nothing of that.
      return stateOf(await find(sessionId, userId), exchangedTokensLiveMs);
    },
  };
}

/** An exchanged token says less of how long the session may last than the user's own did. */
const sessionLives = `insert into foreign_sessions (session_id, user_id, ends_at, checked_at)
  values ($1, $2, $3, now())
  on conflict (session_id, user_id) do update
    set checked_at = now(), ends_at = greatest(foreign_sessions.ends_at, excluded.ends_at)`;

/** From here on every service is told. */
const sessionEnded = `insert into ended_sessions (session_id, reason, expires_at)
  values ($1, 'revoked', now() + interval '9 hours') on conflict (session_id) do nothing`;

function stateOf(row: SessionRow | undefined, longestAgeMs: number): SessionState {
  return row === undefined || !(row.age_ms <= longestAgeMs) ? { active: false } : { active: true, endsAt: row.ends_at };
}

function millisecondsUntil(instant: Date): number {
  return Math.max(1, instant.getTime() - Date.now());
}
