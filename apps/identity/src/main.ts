import { accessGraph, edges, policyData, workloadEdges } from '@zt/access-graph';
import { createSigningKeySource, createSubjectTokenVerifier } from '@zt/kit/delegation';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { TokenExchangeServiceService, UserServiceService } from '@zt/proto/identity';
import { parseIdentityConfig } from './config.ts';
import { createExchangeGraph } from './exchange/exchange-graph.ts';
import { createSigningKeys } from './exchange/signing-key.ts';
import { createTokenExchangeService, tokenExchangeResources } from './exchange/token-exchange-service.ts';
import { createCookieKeys } from './keys/cookie-keys.ts';
import { type PublishedKeys, startPublishedKeys } from './keys/published-keys.ts';
import { startExpiry } from './provider/expiry.ts';
import { createInteractions } from './provider/interactions.ts';
import { createLoginAttempts } from './provider/login-attempts.ts';
import { createOidcStore } from './provider/oidc-store.ts';
import { createProvider } from './provider/provider.ts';
import { createProviderListener } from './provider/provider-listener.ts';
import { resourceScopes } from './provider/resource-scopes.ts';
import { createSessionFeed } from './sessions/session-feed.ts';
import { createSessionStore } from './sessions/session-store.ts';
import { createUserService, userResources } from './users/user-service.ts';
import { createUsers } from './users/users.ts';

const { issuer, publicAddress } = parseIdentityConfig(process.env);
const now = (): Date => new Date();

await runService({
  name: 'identity',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const { log, spiffeId } = kit;
    const database = await kit.openDatabase();
    const store = createOidcStore(database);
    const sessions = createSessionStore(database);
    const users = await createUsers(database);
    kit.onShutdown(startExpiry(store, log));
    const feed = createSessionFeed({ store: sessions, log });
    // Its streams have no end of their own, which would be waited for.
    kit.onStopping(() => feed.close());

    const resources = resourceScopes(accessGraph);
    const signingKeys = createSigningKeys(now());
    const cookieKeys = createCookieKeys(() => published.of('cookie'));
    const { provider, publicJwk } = createProvider({ issuer, resources, store, sessions, users, cookieKeys, log });
    const published: PublishedKeys = await startPublishedKeys({
      database,
      own: {
        access: () => [publicJwk],
        exchange: () => signingKeys.publicKeys(now()).keys,
        cookie: () => [cookieKeys.publicJwk],
      },
      log,
    });
    kit.onShutdown(() => published.close());
    const interactions = createInteractions({ provider, users, attempts: createLoginAttempts(), resources, log });
    const listener = createProviderListener(provider, interactions, () => published.of('access'));
    await kit.serveHttps(listener, publicAddress);

    const keysOf = (purpose: 'access' | 'exchange') =>
      createSigningKeySource({ fetchKeys: () => published.fresh(purpose), fetchIntervalMs: 200 });
    kit.serve(
      TokenExchangeServiceService,
      createTokenExchangeService({
        issuer: spiffeId,
        graph: createExchangeGraph(edges(accessGraph), resources.keys()),
        ownCalls: createExchangeGraph(workloadEdges(accessGraph), []),
        userTokens: createSubjectTokenVerifier({ type: 'at+jwt', issuer, keys: keysOf('access') }),
        exchangedTokens: createSubjectTokenVerifier({ type: 'obo+jwt', issuer: spiffeId, keys: keysOf('exchange') }),
        sessions,
        signingKeys,
        publicKeys: () => published.fresh('exchange'),
        feed,
        log,
        now,
      }),
      tokenExchangeResources,
    );
    kit.serve(UserServiceService, createUserService({ users, sessions, feed, log }), userResources);
  },
});
