import { accessGraph, edges, policyData, workloadEdges } from '@zt/access-graph';
import { createSigningKeySource, createSubjectTokenVerifier, securityEventType } from '@zt/kit/delegation';
import { readUserIssuer, runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { TokenExchangeServiceService, UserServiceService, WorkloadServiceService } from '@zt/proto/identity';
import { parseIdentityConfig } from './config.ts';
import { createExchangeGraph } from './exchange/exchange-graph.ts';
import { createSigningKeys } from './exchange/signing-key.ts';
import { createTokenExchangeService, tokenExchangeResources } from './exchange/token-exchange-service.ts';
import { type ProviderKeys, type PublishedKeys, startPublishedKeys } from './keys/published-keys.ts';
import { startOwnUsersSide } from './provider/own-users-side.ts';
import { resourceScopes } from './provider/resource-scopes.ts';
import { createSessionFeed } from './sessions/session-feed.ts';
import { createSessionStore, type SessionStore } from './sessions/session-store.ts';
import { createSignedEvents } from './sessions/signed-events.ts';
import { startForeignUsersSide } from './user-issuer/foreign-users-side.ts';
import { createUserService, userResources } from './users/user-service.ts';
import { quarantineLimits } from './workloads/quarantine-limits.ts';
import { createQuarantineStore } from './workloads/quarantine-store.ts';
import { createWorkloadService, workloadResources } from './workloads/workload-service.ts';

const { publicAddress } = parseIdentityConfig(process.env);
const userIssuer = readUserIssuer(process.env);
const databaseAnswersWithinMs = 5_000;
const now = (): Date => new Date();

await runService({
  name: 'identity',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const { log, spiffeId } = kit;
    const database = await kit.openDatabase();
    const kept = createSessionStore(database);
    const quarantine = createQuarantineStore(database);
    const feed = createSessionFeed({ store: kept, quarantine, log });
    const store: SessionStore = {
      ...kept,
      // Services hear of it at once, and not only when this would have been looked up.
      end: (...session) => kept.end(...session).then(feed.lookNow),
    };
    // Its streams have no end of their own, which would be waited for.
    kit.onStopping(() => feed.close());
    kit.watchPeersWith(feed);

    const resources = resourceScopes(accessGraph);
    const signingKeys = createSigningKeys(now());
    const publish = async (providers: ProviderKeys): Promise<PublishedKeys> => {
      const exchange = () => signingKeys.publicKeys(now()).keys;
      const published = await startPublishedKeys({ database, own: { ...providers, exchange }, log });
      kit.onShutdown(() => published.close());
      return published;
    };
    const { published, ...side } =
      userIssuer.kind === 'own'
        ? await startOwnUsersSide(kit, { issuer: userIssuer, publicAddress, database, store, resources, publish })
        : await startForeignUsersSide(kit, { issuer: userIssuer, database, publish });

    kit.takeKeysFrom(() => published.fresh('exchange'));
    const exchangeKeys = createSigningKeySource({ fetchKeys: () => published.fresh('exchange'), fetchIntervalMs: 200 });
    kit.serve(
      TokenExchangeServiceService,
      createTokenExchangeService({
        issuer: spiffeId,
        graph: createExchangeGraph(edges(accessGraph), resources.keys()),
        ownCalls: createExchangeGraph(workloadEdges(accessGraph), []),
        userTokens: side.userTokens,
        exchangedTokens: createSubjectTokenVerifier({ type: 'obo+jwt', issuer: spiffeId, keys: exchangeKeys }),
        sessions: side.sessions,
        signingKeys,
        publicKeys: () => published.fresh('exchange'),
        feed,
        events: createSignedEvents({
          issuer: spiffeId,
          everybody: `spiffe://${accessGraph.trustDomain}`,
          sign: (claims) => signingKeys.sign(securityEventType, claims, now()),
          now,
        }),
        log,
        now,
      }),
      tokenExchangeResources,
    );
    kit.serve(UserServiceService, createUserService({ ...side, feed, log }), userResources);
    const assertQuarantinable = quarantineLimits(accessGraph);
    kit.serve(
      WorkloadServiceService,
      createWorkloadService({ quarantine, assertQuarantinable, feed, log }),
      workloadResources,
    );
    // Until then every workload that asks would be refused.
    await feed.known(databaseAnswersWithinMs);
  },
});
