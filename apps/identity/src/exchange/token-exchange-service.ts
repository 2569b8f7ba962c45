import { randomUUID } from 'node:crypto';
import type { CallContext } from '@zt/kit/authz';
import type { SessionNews, SubjectTokenVerifier } from '@zt/kit/delegation';
import { BusinessError, ZeroTrustError } from '@zt/kit/errors';
import type { Implementation, Log, Resources } from '@zt/kit/service';
import type {
  ExchangeTokenRequest,
  IssueWorkloadTokenRequest,
  TokenExchangeServiceService,
  WatchSessionsResponse,
} from '@zt/proto/identity';
import type { JSONWebKeySet } from 'jose';
import type { SessionFeed } from '../sessions/session-feed.ts';
import { plainMessagesOf, type SignedEvents } from '../sessions/signed-events.ts';
import { type ExchangedClaims, exchange } from './exchange.ts';
import type { ExchangeGraph } from './exchange-graph.ts';
import type { SessionSource } from './session-source.ts';
import type { SigningKeys } from './signing-key.ts';
import { issueWorkloadToken, type WorkloadClaims } from './workload-token.ts';

export interface TokenExchangeOptions {
  /** The own SPIFFE ID. */
  readonly issuer: string;
  readonly graph: ExchangeGraph;
  /** Along which edges workloads call in their own name. */
  readonly ownCalls: Pick<ExchangeGraph, 'scopesAlong'>;
  /** Of the OpenID Provider's tokens, which only entry points bring. */
  readonly userTokens: SubjectTokenVerifier;
  /** Of the exchange's own tokens. */
  readonly exchangedTokens: SubjectTokenVerifier;
  readonly sessions: SessionSource;
  readonly signingKeys: Pick<SigningKeys, 'sign'>;
  /** The keys of every copy of this service. */
  readonly publicKeys: () => Promise<JSONWebKeySet>;
  readonly feed: Pick<SessionFeed, 'watch' | 'standingOf'>;
  readonly events: SignedEvents;
  readonly log: Log;
  readonly now: () => Date;
}

/** What the ledger keeps of an exchange: for whom, and for what; never the token. */
export const tokenExchangeResources: Resources<typeof TokenExchangeServiceService> = {
  exchangeToken: ({ audience, scopes }) => ({
    audience,
    scopes: scopes.join(' '),
  }),
  issueWorkloadToken: ({ audience, scopes }) => ({
    audience,
    scopes: scopes.join(' '),
  }),
};

/** The token exchange over gRPC: who asks is who is at the other end of the connection. */
export function createTokenExchangeService(
  options: TokenExchangeOptions,
): Implementation<typeof TokenExchangeServiceService> {
  const { signingKeys, log, now } = options;

  /** Signs what was decided; why nothing was goes into the log and on to the ledger. */
  async function answer(context: CallContext, decideOn: () => Promise<ExchangedClaims | WorkloadClaims>) {
    const about = { decisionId: context.decisionId, traceId: context.traceId, client: context.peer };
    try {
      const claims = await decideOn();
      log.info('token_exchanged', { ...about, audience: claims.aud, tokenId: claims.jti });
      const accessToken = await signingKeys.sign('obo+jwt', claims, now());
      return { accessToken, expiresInSeconds: claims.exp - claims.iat };
    } catch (error) {
      if (error instanceof ZeroTrustError) {
        log.warn('token_exchange_refused', { ...about, reason: error.reason, detail: error.message });
      }
      throw error;
    }
  }

  return {
    exchangeToken: (request, context) => answer(context, () => decide(request, context, options)),
    issueWorkloadToken: (request, context) => answer(context, async () => decideOwn(request, context, options)),
    getSigningKeys: async () => ({ jwksJson: JSON.stringify(await options.publicKeys()) }),
    watchSessions: ({ state }, { peer, signal }) => watch(state, peer, options.feed.watch(signal), options),
  };
}

function watch(
  state: string,
  peer: string | null,
  changes: AsyncIterable<SessionNews>,
  { events }: Pick<TokenExchangeOptions, 'events'>,
): AsyncIterable<WatchSessionsResponse> {
  if (state === '') return plainMessagesOf(changes);
  if (!/^[\x21-\x7e]{16,128}$/.test(state)) throw new BusinessError('invalid', 'The state is too short or too long.');
  if (peer === null) throw new ZeroTrustError('peer_certificate_missing', 'listener without a mutual TLS peer');
  return events.messagesOf(changes, { audience: peer, state });
}

async function decide(
  { subjectToken, audience, scopes }: ExchangeTokenRequest,
  { peer: client }: CallContext,
  { issuer, graph, userTokens, exchangedTokens, sessions, feed, now: clock }: TokenExchangeOptions,
): Promise<ExchangedClaims> {
  if (client === null) throw new ZeroTrustError('peer_certificate_missing', 'exchange without a mutual TLS peer');
  if (subjectToken === '') throw new ZeroTrustError('token_missing', 'exchange without a subject token');
  const now = clock();
  const verifier = graph.isEntryPoint(client) ? userTokens : exchangedTokens;
  const subject = await verifier.verify(subjectToken, { audience: client }, now);
  if (subject.sessionId === '')
    throw new ZeroTrustError('token_type_wrong', 'a token in the own name is not exchanged');
  assertNoneQuarantined(feed, subject.chain, audience);
  const presented = { token: subjectToken, verified: subject };
  const session = await sessions.isActive(subject.sessionId, subject.subject, presented);
  const outcome = exchange(
    { client, subject, audience, scopes },
    { now, graph, session, issuer, tokenId: randomUUID() },
  );
  switch (outcome.kind) {
    case 'granted':
      return outcome.claims;
    case 'refused':
      throw new ZeroTrustError(outcome.reason, outcome.detail);
  }
}

function decideOwn(
  { audience, scopes }: IssueWorkloadTokenRequest,
  { peer: client }: CallContext,
  { issuer, ownCalls, feed, now }: TokenExchangeOptions,
): WorkloadClaims {
  assertNoneQuarantined(feed, [], audience);
  if (client === null) throw new ZeroTrustError('peer_certificate_missing', 'token without a mutual TLS peer');
  const facts = { now: now(), scopesAlong: ownCalls.scopesAlong, issuer, tokenId: randomUUID() };
  const outcome = issueWorkloadToken({ client, audience, scopes }, facts);
  switch (outcome.kind) {
    case 'granted':
      return outcome.claims;
    case 'refused':
      throw new ZeroTrustError(outcome.reason, outcome.detail);
  }
}

/** The client itself was refused before, where it is. */
function assertNoneQuarantined(feed: TokenExchangeOptions['feed'], chain: readonly string[], audience: string): void {
  const isQuarantined = (workload: string): boolean => feed.standingOf(workload) === 'quarantined';
  const passed = chain.find(isQuarantined);
  if (passed !== undefined) throw new ZeroTrustError('peer_quarantined', `${passed} is quarantined`);
  if (isQuarantined(audience)) throw new ZeroTrustError('callee_quarantined', `${audience} is quarantined`);
}
