import { BusinessError } from '@zt/kit/errors';
import type { Implementation, Log, Resources } from '@zt/kit/service';
import type { UserServiceService } from '@zt/proto/identity';
import type { SessionFeed } from '../sessions/session-feed.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Users } from './users.ts';

export interface UserServiceOptions {
  readonly users: Pick<Users, 'list'>;
  readonly blocking: Pick<SessionStore, 'block' | 'unblock'>;
  readonly feed: Pick<SessionFeed, 'lookNow'>;
  readonly log: Log;
}

/** What the ledger keeps: whom it was about. */
export const userResources: Resources<typeof UserServiceService> = {
  blockUser: ({ userId }) => ({ user: userId }),
  unblockUser: ({ userId }) => ({ user: userId }),
};

/** The users of the OpenID Provider, for the operator. */
export function createUserService(options: UserServiceOptions): Implementation<typeof UserServiceService> {
  const { users, blocking, feed, log } = options;
  return {
    async blockUser({ userId }, { decisionId }) {
      if (!(await blocking.block(userId))) throw noSuchUser();
      feed.lookNow();
      log.warn('user_blocked', { user: userId, decisionId });
      return {};
    },
    async unblockUser({ userId }, { decisionId }) {
      if (!(await blocking.unblock(userId))) throw noSuchUser();
      feed.lookNow();
      log.info('user_unblocked', { user: userId, decisionId });
      return {};
    },
    async listUsers() {
      const listed = await users.list();
      return {
        users: listed.map(({ id, roles, blocked, sessions: count }) => ({
          userId: id,
          roles: [...roles],
          blocked,
          sessions: count,
        })),
      };
    },
  };
}

function noSuchUser(): BusinessError {
  return new BusinessError('not_found', 'There is no such user.');
}
