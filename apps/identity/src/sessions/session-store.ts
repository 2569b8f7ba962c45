import type { Queryable } from '@zt/kit/vault';
import type { SessionState } from '../exchange/session-source.ts';

/** Why a session ended before its time. */
export type SessionEnd = 'logged_out' | 'revoked' | 'refresh_token_reused' | 'user_blocked';

/** What every service has to know of sessions at one moment. */
export interface SessionNews {
  /** Sessions that are over while tokens of theirs may still be alive. */
  readonly endedSessionIds: readonly string[];
  readonly blockedUserIds: readonly string[];
}

/** Which sessions are over, and who is blocked. Time is the database's. */
export interface SessionStore {
  /** Whether this user is still logged in, under the `sid` of a token. */
  isActive(sessionId: string, userId: string): Promise<SessionState>;
  /** For good: a session that has ended never comes back. To end it again changes nothing. */
  end(sessionId: string, reason: SessionEnd): Promise<void>;
  news(): Promise<SessionNews>;
  /** False where there is no such user. All sessions of the user end. */
  block(userId: string): Promise<boolean>;
  /** False where there is no such user. */
  unblock(userId: string): Promise<boolean>;
}

/** Longer than any token of the provider lives, and than clocks differ. */
const tokensLive = "interval '16 minutes'";
/** Another issuer's may live for an hour. */
const anyTokensLive = "interval '65 minutes'";
/** As long as a session may last at all. */
const sessionsLast = "interval '9 hours'";

export function createSessionStore(database: Queryable): SessionStore {
  return {
    async isActive(sessionId, userId) {
      const [row] = await database.query<{ readonly expires_at: Date }>(
        `select expires_at from oidc_records
         where model = 'Session' and uid = $1 and account_id = $2 and expires_at > now()
           and not exists (select from ended_sessions where session_id = $1)
           and not exists (select from blocked_users where user_id = $2)`,
        [sessionId, userId],
      );
      return row === undefined ? { active: false } : { active: true, endsAt: row.expires_at };
    },
    async end(sessionId, reason) {
      await database.query(
        `with gone as (delete from oidc_records where model = 'Session' and uid = $1)
         insert into ended_sessions (session_id, reason, expires_at) values ($1, $2, now() + ${sessionsLast})
         on conflict (session_id) do nothing`,
        [sessionId, reason],
      );
    },
    async news() {
      // A session whose time is up is over as well, although nobody ended it.
      const ended = await database.query<{ readonly id: string }>(
        `select session_id as id from ended_sessions where ended_at > now() - ${anyTokensLive}
         union select uid from oidc_records
         where model = 'Session' and uid is not null and expires_at between now() - ${tokensLive} and now()`,
      );
      const blocked = await database.query<{ readonly id: string }>('select user_id as id from blocked_users');
      return { endedSessionIds: ended.map(({ id }) => id), blockedUserIds: blocked.map(({ id }) => id) };
    },
    async block(userId) {
      const [row] = await database.query<{ readonly known: boolean }>(
        `with known as (select id from users where id = $1),
           blocked as (insert into blocked_users (user_id) select id from known on conflict (user_id) do nothing),
           gone as (delete from oidc_records where account_id = $1 returning model, uid),
           ended as (
             insert into ended_sessions (session_id, reason, expires_at)
             select uid, 'user_blocked', now() + ${sessionsLast} from gone where model = 'Session' and uid is not null
             on conflict (session_id) do nothing)
         select exists (select from known) as known`,
        [userId],
      );
      return row?.known === true;
    },
    async unblock(userId) {
      const [row] = await database.query<{ readonly known: boolean }>(
        `with gone as (delete from blocked_users where user_id = $1)
         select exists (select from users where id = $1) as known`,
        [userId],
      );
      return row?.known === true;
    },
  };
}
