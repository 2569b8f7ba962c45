import { accessGraph, edges, policyData } from '@zt/access-graph';
import { createSigningKeySource, createSubjectTokenVerifier } from '@zt/kit/delegation';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { TokenExchangeServiceService } from '@zt/proto/identity';
import { parseIdentityConfig } from './config.ts';
import { createExchangeGraph } from './exchange/exchange-graph.ts';
import { createSigningKeys } from './exchange/signing-key.ts';
import { createTokenExchangeService, tokenExchangeResources } from './exchange/token-exchange-service.ts';
import { startExpiry } from './provider/expiry.ts';
import { createInteractions } from './provider/interactions.ts';
import { createLoginAttempts } from './provider/login-attempts.ts';
import { createOidcStore } from './provider/oidc-store.ts';
import { createProvider } from './provider/provider.ts';
import { createProviderListener } from './provider/provider-listener.ts';
import { resourceScopes } from './provider/resource-scopes.ts';
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
    const users = await createUsers(database);
    kit.onShutdown(startExpiry(store, log));

    const resources = resourceScopes(accessGraph);
    const { provider, publicKeys } = createProvider({ issuer, resources, store, users, log });
    const interactions = createInteractions({ provider, users, attempts: createLoginAttempts(), resources, log });
    await kit.serveHttps(createProviderListener(provider, interactions), publicAddress);

    const signingKeys = createSigningKeys(now());
    const userKeys = createSigningKeySource({ fetchKeys: async () => publicKeys });
    const ownKeys = createSigningKeySource({ fetchKeys: async () => signingKeys.publicKeys(now()) });
    kit.serve(
      TokenExchangeServiceService,
      createTokenExchangeService({
        issuer: spiffeId,
        graph: createExchangeGraph(edges(accessGraph), resources.keys()),
        userTokens: createSubjectTokenVerifier({ type: 'at+jwt', issuer, keys: userKeys }),
        exchangedTokens: createSubjectTokenVerifier({ type: 'obo+jwt', issuer: spiffeId, keys: ownKeys }),
        sessions: store,
        signingKeys,
        log,
        now,
      }),
      tokenExchangeResources,
    );
  },
});
