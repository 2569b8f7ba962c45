import type { SubjectTokenVerifier } from '@zt/kit/delegation';
import type { SessionSource } from '../exchange/session-source.ts';
import type { PublishedKeys } from '../keys/published-keys.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Users } from '../users/users.ts';

/** All that the rest of the service has to know of users, whoever issues their tokens. */
export interface UsersSide {
  readonly userTokens: SubjectTokenVerifier;
  readonly sessions: SessionSource;
  readonly blocking: Pick<SessionStore, 'block' | 'unblock'>;
  readonly users: Pick<Users, 'list'>;
  /** The public keys of this service, those of its provider among them where it has one. */
  readonly published: PublishedKeys;
}
