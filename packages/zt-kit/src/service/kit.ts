import type { RequestListener } from 'node:http';
import { AuditServiceService } from '@zt/proto/audit';
import { HealthService } from '@zt/proto/health';
import type { JSONWebKeySet } from 'jose';
import type { RecordSink } from '../audit/audit-client.ts';
import { createAuditSpool } from '../audit/audit-spool.ts';
import type { CallContext } from '../authz/call-context.ts';
import type { CallFacts } from '../authz/call-facts.ts';
import { createDecisions, type Decisions, type RefusedCall } from '../authz/decisions.ts';
import { createOwnContext } from '../authz/own-context.ts';
import { ownScopesOf, type PolicyData, servesUsers, tokenScopesOf } from '../authz/policy-data.ts';
import type { PeerWatch } from '../delegation/peer-watch.ts';
import type { UserIssuer } from '../delegation/user-issuer.ts';
import type { TokenVerifier } from '../delegation/verify-token.ts';
import type { ZeroTrustError } from '../errors.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds, authorizeTrustDomainMembers } from '../mtls/peer-authorizer.ts';
import type { PolicyInForce } from '../policy-bundle/policy-in-force.ts';
import type { ApiKey } from '../vault/api-key.ts';
import type { Database } from '../vault/database.ts';
import { addressOf } from './address-of.ts';
import { createAuditSink } from './audit-sink.ts';
import { createBundleStream } from './bundle-stream.ts';
import type { Address } from './environment.ts';
import { createHealth } from './health.ts';
import type { Log } from './log.ts';
import { openApiKey } from './open-api-key.ts';
import { openDatabase } from './open-database.ts';
import { openPolicy } from './open-policy.ts';
import { ownAddress } from './own-address.ts';
import { createSecureClient } from './secure-client.ts';
import { createSecureServer } from './secure-server.ts';
import { serveHttps } from './serve-https.ts';
import type { Definition, Implementation, Resources, SecureClient } from './service-definition.ts';
import type { ServiceSettings } from './service-settings.ts';
import { createSessionStream } from './session-stream.ts';
import { shipRecords } from './ship-records.ts';
import { createTokenExchangeConnection, createUserTokens } from './tokens.ts';
import { workloadId } from './workload-id.ts';

/** What a service is made of, once its identity is there. */
export interface Kit {
  /** The service's own SPIFFE ID. */
  readonly spiffeId: string;
  readonly source: X509Source;
  readonly log: Log;
  /** The SPIFFE ID of another workload of this system, by its name. */
  workloadId(name: string): string;
  /** The service's own database, with logins that Vault gives out. At most one. */
  openDatabase(): Promise<Database>;
  /** The API key with which the service calls this third party: kept in Vault, and followed there. */
  openApiKey(thirdParty: string): Promise<ApiKey>;
  /**
   * A client of another service, which is where the variable of its name says: `INVENTORY_ADDRESS`. Throws where that is
   * missing. Calls carry the context's user, or are in the own name with `createOwnContext`.
   */
  connect<Service extends Definition>(definition: Service, service: string): SecureClient<Service>;
  /** A context for calls in the service's own name, which nobody asked for. They may take this long altogether. */
  createOwnContext(options: { readonly timeoutMs: number; readonly traceId?: string }): CallContext;
  /** Adds a gRPC service; it takes calls once `start` is done. */
  serve<Service extends Definition>(
    definition: Service,
    implementation: Implementation<Service>,
    resources?: Resources<Service>,
  ): void;
  /** Decides a request that came over HTTPS, without a peer. Throws a `RefusedCall`. */
  decide(request: Omit<CallFacts, 'peer'>): Promise<CallContext>;
  /** Keeps a record of what a control refused in the handler of such a request, and gives the refusal to answer with. */
  refuse(context: CallContext, error: ZeroTrustError): Promise<RefusedCall>;
  /**
   * Takes calls of this third party, for the methods whose rule names it, with notices that the verifier takes. Without
   * it such calls are refused. To be said in `start`, before anything is served.
   */
  trustThirdParty(name: string, verifier: TokenVerifier): void;
  /**
   * Serves HTTPS to clients without an SVID until the service stops. Rejects where the address is not free, or is a name
   * none of whose addresses is of this machine.
   */
  serveHttps(listener: RequestListener, address: Address): Promise<void>;
  /** Only for the ledger: keeps its own records without a call, which would be a decision to record in its turn. */
  keepRecordsWith(sink: RecordSink): void;
  /** Only for identity: verifies the tokens that come to itself with the keys that it gives out. */
  takeKeysFrom(fetchKeys: () => Promise<JSONWebKeySet>): void;
  /** Only for the ledger, which gives policy bundles out: verifies and takes them without hearing of them by a call. */
  readonly policyBundles: Pick<PolicyInForce, 'verify' | 'take'>;
  /** Only for identity, which tells everybody who is quarantined: refuses such workloads itself. To be said in `start`. */
  watchPeersWith(watch: PeerWatch): void;
  /** Runs when the service begins to stop, before it waits for the calls under way: ends what would never end. */
  onStopping(end: () => void): void;
  /** Runs when the service stops, after it has taken its last call; the last added first. */
  onShutdown(close: () => Promise<void> | void): void;
}

export interface KitOptions {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: ServiceSettings;
  readonly policy: { readonly wasm: Uint8Array<ArrayBuffer>; readonly data: PolicyData };
  /** Only for the service where users come in: the issuer whose tokens it takes, and no others. */
  readonly userTokens?: UserIssuer;
  readonly source: X509Source;
  readonly log: Log;
}

/** A service that could not learn of sessions in this time serves all the same, and refuses calls for users. */
const sessionsKnownWithinMs = 5_000;

/** A kit together with what only its runner may do. */
export interface RunningKit extends Kit {
  listen(): Promise<{ readonly address: string }>;
  close(graceMs: number): Promise<void>;
}

export async function createKit(options: KitOptions): Promise<RunningKit> {
  const { name, settings, policy, source, log } = options;
  const { spiffeId: own } = source.current().svid;
  if (own.uri !== workloadId(own, name)) {
    throw new Error(
      `this process got the identity ${own.uri} and should be ${name}: it was started as another workload`,
    );
  }
  const stoppers: (() => void)[] = [];
  const closers: (() => Promise<void> | void)[] = [];
  const directory = settings.spoolDirectory;
  const spool = await createAuditSpool(directory, name, { limitBytes: settings.spoolLimitBytes });
  closers.push(() => spool.close());
  const { authorizer, ...policyBundles } = await openPolicy({ policy, source, directory, spool, log });
  const exchange = createTokenExchangeConnection(source, settings.identityAddress, workloadId(own, 'identity'));
  closers.push(() => exchange.close());
  const sessions = servesUsers(policy.data, own.uri)
    ? createSessionStream({ ...exchange.sessionsFor(own.uri), log })
    : undefined;
  closers.push(() => sessions?.close());
  // Where it stays undefined, as at the ledger, a quarantined workload is heard: what it did is evidence.
  let peers: PeerWatch | undefined = sessions;
  const thirdParties: Record<string, TokenVerifier> = {};
  let database: Awaited<ReturnType<typeof openDatabase>> | null = null;

  const decisions: Decisions = createDecisions({
    source,
    service: own.uri,
    authorizer,
    tokens:
      options.userTokens === undefined
        ? exchange.verifierFor(own.uri)
        : createUserTokens(source, options.userTokens, own.uri),
    thirdParties,
    ...(sessions === undefined ? {} : { sessions }),
    peers: { standingOf: (spiffeId) => peers?.standingOf(spiffeId) ?? 'trusted' },
    spool,
    database: () => database?.describe() ?? null,
    onRecordLost: ({ decisionId, method }) => log.error('record_lost', { decisionId, method }),
  });
  const authorizePeer = authorizeTrustDomainMembers(own.trustDomain);
  const server = createSecureServer({ source, authorizePeer, authorizer, decisions });
  const health = createHealth();
  server.serve(HealthService, health.implementation);
  let ownSink: RecordSink | undefined;
  let stopListening: ((graceMs: number) => Promise<void>) | undefined;

  const connect: Kit['connect'] = (definition, service) => {
    const audience = workloadId(own, service);
    const client = createSecureClient(definition, {
      address: addressOf(options.env, service),
      credentials: createMtlsChannelCredentials(source, authorizeSpiffeIds(audience)),
      audience,
      exchange: exchange.exchange,
      workloadTokens: exchange.workloadTokens,
      scopesOf: (method) => tokenScopesOf(policy.data, method),
      ownScopesOf: (method) => ownScopesOf(policy.data, method),
      isQuarantined: () => peers?.standingOf(audience) === 'quarantined',
      refuse: decisions.refuse,
    });
    closers.push(() => client.close());
    return client;
  };

  return {
    spiffeId: own.uri,
    source,
    log,
    workloadId: (other) => workloadId(own, other),
    async openDatabase() {
      if (database !== null) throw new Error('a service has one database');
      const opened = await openDatabase({ source, service: name, settings, log });
      closers.push(() => opened.close());
      database = opened;
      return opened;
    },
    async openApiKey(thirdParty) {
      const { vaultAddress } = settings;
      const vaultSpiffeId = workloadId(own, 'vault');
      const apiKey = await openApiKey({ source, service: name, vaultAddress, vaultSpiffeId, thirdParty, log });
      closers.push(() => apiKey.close());
      return apiKey;
    },
    connect,
    createOwnContext: (context) => createOwnContext(context),
    serve: (definition, implementation, resources) => server.serve(definition, implementation, resources),
    decide: (request) => decisions.decide({ ...request, peer: null }),
    refuse: (context, error) => decisions.refuse(context, error),
    trustThirdParty(party, verifier) {
      thirdParties[party] = verifier;
    },
    async serveHttps(listener, address) {
      const own = await ownAddress(address);
      const https = await serveHttps(source, listener, own);
      closers.push(() => https.close());
      log.info('public_listening', { address: `${own.host}:${https.port}` });
    },
    keepRecordsWith(sink) {
      ownSink = sink;
    },
    policyBundles,
    takeKeysFrom: (fetchKeys) => exchange.takeKeysFrom(fetchKeys),
    watchPeersWith(watch) {
      peers = watch;
    },
    onStopping: (end) => void stoppers.push(end),
    onShutdown: (close) => void closers.push(close),
    async listen() {
      const sink = ownSink ?? createAuditSink(connect(AuditServiceService, 'audit'));
      closers.push(shipRecords({ spool, sink, directory, name, log }).close);
      const { take } = policyBundles;
      if (ownSink === undefined) closers.push(createBundleStream(source, addressOf(options.env, 'audit'), take).close);
      const { host, port } = await ownAddress(settings.listen);
      const listener = await server.listen(host, port);
      stopListening = (graceMs) => listener.close(graceMs);
      peers?.onQuarantined((workload) => {
        log.warn('peer_quarantined', { workload, connections: listener.disconnect(workload) });
      });
      await sessions?.known(sessionsKnownWithinMs);
      health.setServing(true);
      return { address: `${listener.host}:${listener.port}` };
    },
    async close(graceMs) {
      health.setServing(false);
      for (const end of stoppers) end();
      await stopListening?.(graceMs);
      for (const close of closers.toReversed()) {
        try {
          await close();
        } catch (error) {
          // What is left still has to be closed.
          log.warn('close_failed', { error: error instanceof Error ? error.message : String(error) });
        }
      }
    },
  };
}
