import {
  algorithmOf,
  createSigningKeySource,
  createUserTokenVerifier,
  type ForeignUserIssuer,
} from '@zt/kit/delegation';
import { createIssuerClient, type Kit } from '@zt/kit/service';
import type { Database } from '@zt/kit/vault';
import type { ProviderKeys, PublishedKeys } from '../keys/published-keys.ts';
import { startExpiry } from '../provider/expiry.ts';
import { createForeignSessions } from './foreign-sessions.ts';
import { createForeignUsers } from './foreign-users.ts';
import { createIssuerSessionCheck } from './issuer-session-check.ts';
import type { UsersSide } from './users-side.ts';

/** With an issuer that is not ours, nobody logs in here: there is no page, no password and no provider of our own. */
export async function startForeignUsersSide(
  kit: Pick<Kit, 'log' | 'onShutdown' | 'source'>,
  options: {
    readonly issuer: ForeignUserIssuer;
    readonly database: Database;
    readonly publish: (own: ProviderKeys) => Promise<PublishedKeys>;
  },
): Promise<UsersSide> {
  const { issuer, database } = options;
  const client = createIssuerClient(kit.source, issuer);
  const keys = createSigningKeySource({ fetchKeys: client.fetchKeys, algorithm: algorithmOf(issuer) });
  const check = createIssuerSessionCheck(issuer, client);
  const users = createForeignUsers(database, issuer.issuer);
  kit.onShutdown(startExpiry(users, kit.log));
  return {
    userTokens: createUserTokenVerifier(issuer, keys),
    sessions: createForeignSessions({ settings: issuer.session, check, database }),
    blocking: users,
    users,
    published: await options.publish({ access: () => [], cookie: () => [] }),
  };
}
