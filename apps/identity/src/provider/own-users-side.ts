import { createSigningKeySource, createUserTokenVerifier, type OwnUserIssuer } from '@zt/kit/delegation';
import type { Address, Kit } from '@zt/kit/service';
import type { Database } from '@zt/kit/vault';
import { createCookieKeys } from '../keys/cookie-keys.ts';
import type { ProviderKeys, PublishedKeys } from '../keys/published-keys.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { UsersSide } from '../user-issuer/users-side.ts';
import { createUsers } from '../users/users.ts';
import { startExpiry } from './expiry.ts';
import { createInteractions } from './interactions.ts';
import { createLoginAttempts } from './login-attempts.ts';
import { createOidcStore } from './oidc-store.ts';
import { createProvider } from './provider.ts';
import { createProviderListener } from './provider-listener.ts';
import type { resourceScopes } from './resource-scopes.ts';

/** Starts the own OpenID Provider: it serves people at `publicAddress` from here on. */
export async function startOwnUsersSide(
  kit: Pick<Kit, 'log' | 'onShutdown' | 'serveHttps'>,
  options: {
    readonly issuer: OwnUserIssuer;
    readonly publicAddress: Address;
    readonly database: Database;
    readonly store: SessionStore;
    readonly resources: ReturnType<typeof resourceScopes>;
    /** Publishes the provider's own public keys beside those of the exchange. */
    readonly publish: (own: ProviderKeys) => Promise<PublishedKeys>;
  },
): Promise<UsersSide> {
  const { log } = kit;
  const { issuer, database, store: sessions, resources } = options;
  const store = createOidcStore(database);
  const users = await createUsers(database);
  kit.onShutdown(startExpiry(store, log));

  const cookieKeys = createCookieKeys(() => published.of('cookie'));
  const { provider, publicJwk } = createProvider({
    issuer: issuer.issuer,
    resources,
    store,
    sessions,
    users,
    cookieKeys,
    log,
  });
  const published: PublishedKeys = await options.publish({
    access: () => [publicJwk],
    cookie: () => [cookieKeys.publicJwk],
  });
  const interactions = createInteractions({ provider, users, attempts: createLoginAttempts(), resources, log });
  const listener = createProviderListener(provider, interactions, () => published.of('access'));
  await kit.serveHttps(listener, options.publicAddress);

  const keys = createSigningKeySource({ fetchKeys: () => published.fresh('access'), fetchIntervalMs: 200 });
  return { userTokens: createUserTokenVerifier(issuer, keys), sessions, blocking: sessions, users, published };
}
