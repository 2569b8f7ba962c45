import type { Queryable } from '@zt/kit/vault';
import type { ListedUser } from '../users/users.ts';

/** Users of an issuer that is not ours: known here only by their sessions, and by being blocked. */
export interface ForeignUsers {
  /** Ends all sessions of the user that are known. False where the name is none that the issuer's users have here. */
  block(userId: string): Promise<boolean>;
  unblock(userId: string): Promise<boolean>;
  /** Those who were seen in the last hour, and those who are blocked. Their roles are in their tokens only. */
  list(): Promise<ListedUser[]>;
  removeExpired(): Promise<void>;
}

/** `issuer` is its URL: users' names here begin with it. A user may be blocked before ever having come. */
export function createForeignUsers(database: Queryable, issuer: string): ForeignUsers {
  const isUser = (userId: string): boolean =>
    userId.startsWith(`${issuer}#`) && /^[\x21-\x7e]{1,255}$/.test(userId.slice(issuer.length + 1));

  return {
    async block(userId) {
      if (!isUser(userId)) return false;
      await database.query(
        `with blocked as (insert into blocked_users (user_id) values ($1) on conflict (user_id) do nothing),
           gone as (delete from foreign_sessions where user_id = $1 returning session_id)
         insert into ended_sessions (session_id, reason, expires_at)
         select session_id, 'user_blocked', now() + interval '9 hours' from gone on conflict (session_id) do nothing`,
        [userId],
      );
      return true;
    },
    async unblock(userId) {
      if (!isUser(userId)) return false;
      await database.query('delete from blocked_users where user_id = $1', [userId]);
      return true;
    },
    list: () =>
      database.query<ListedUser>(
        `select id, '{}'::text[] as roles, exists (select from blocked_users where user_id = id) as blocked,
           (select count(*)::int from foreign_sessions where user_id = id and ends_at > now()) as sessions
         from (select user_id as id from foreign_sessions union select user_id from blocked_users) as known
         where starts_with(id, $1) order by id`,
        [`${issuer}#`],
      ),
    async removeExpired() {
      // Those of the last hour are still listed.
      await database.query("delete from foreign_sessions where ends_at <= now() - interval '1 hour'");
      await database.query('delete from ended_sessions where expires_at <= now()');
    },
  };
}
