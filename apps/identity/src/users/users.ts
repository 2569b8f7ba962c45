import { randomBytes } from 'node:crypto';
import type { Queryable } from '@zt/kit/vault';
import { hashPassword, longestPassword, verifyPassword } from './password-hash.ts';

/** Somebody who can log in. */
export interface UserAccount {
  readonly id: string;
  readonly roles: readonly string[];
  /** Nobody is let in under this name, whatever the password. */
  readonly blocked: boolean;
}

/** A user as the operator sees it. */
export interface ListedUser extends UserAccount {
  /** How many sessions are active. */
  readonly sessions: number;
}

export interface Users {
  /** Null where name or password is wrong; which of the two shows neither in the answer nor in the time it takes. */
  authenticate(id: string, password: string): Promise<UserAccount | null>;
  find(id: string): Promise<UserAccount | null>;
  list(): Promise<ListedUser[]>;
}

interface UserRow {
  readonly id: string;
  readonly password_hash: string;
  readonly roles: readonly string[];
  readonly blocked: boolean;
}

const isBlocked = 'exists (select from blocked_users where user_id = id) as blocked';

/** The users in the service's own database. */
export async function createUsers(database: Queryable): Promise<Users> {
  // What an unknown user's password is compared with, so that it takes as long as a known one's.
  const nobodysHash = await hashPassword(randomBytes(24).toString('base64'));

  async function rowOf(id: string): Promise<UserRow | undefined> {
    const [row] = await database.query<UserRow>(
      `select id, password_hash, roles, ${isBlocked} from users where id = $1`,
      [id],
    );
    return row;
  }

  return {
    async authenticate(id, password) {
      if (password.length > longestPassword) return null;
      const row = await rowOf(id);
      const matches = await verifyPassword(password, row?.password_hash ?? nobodysHash);
      return matches && row !== undefined ? accountOf(row) : null;
    },
    async find(id) {
      const row = await rowOf(id);
      return row === undefined ? null : accountOf(row);
    },
    list: () =>
      database.query<ListedUser>(
        `select id, roles, ${isBlocked}, (
           select count(*)::int from oidc_records
           where model = 'Session' and account_id = id and expires_at > now()
             and not exists (select from ended_sessions where session_id = uid)
         ) as sessions from users order by id`,
      ),
  };
}

function accountOf({ id, roles, blocked }: UserRow): UserAccount {
  return { id, roles, blocked };
}
