import { randomUUID } from 'node:crypto';
import type { CallContext } from '@zt/kit/authz';
import type { SubjectTokenVerifier } from '@zt/kit/delegation';
import { ZeroTrustError } from '@zt/kit/errors';
import type { Implementation, Log, Resources } from '@zt/kit/service';
import type { ExchangeTokenRequest, TokenExchangeServiceService } from '@zt/proto/identity';
import { type ExchangedClaims, exchange } from './exchange.ts';
import type { ExchangeGraph } from './exchange-graph.ts';
import type { SessionSource } from './session-source.ts';
import type { SigningKeys } from './signing-key.ts';

export interface TokenExchangeOptions {
  /** The own SPIFFE ID. */
  readonly issuer: string;
  readonly graph: ExchangeGraph;
  /** Of the OpenID Provider's tokens, which only entry points bring. */
  readonly userTokens: SubjectTokenVerifier;
  /** Of the exchange's own tokens. */
  readonly exchangedTokens: SubjectTokenVerifier;
  readonly sessions: SessionSource;
  readonly signingKeys: SigningKeys;
  readonly log: Log;
  readonly now: () => Date;
}

/** What the ledger keeps of an exchange: for whom, and for what; never the token. */
export const tokenExchangeResources: Resources<typeof TokenExchangeServiceService> = {
  exchangeToken: ({ audience, scopes }) => ({
    audience,
    scopes: scopes.join(' '),
  }),
};

/** The token exchange over gRPC: who asks is who is at the other end of the connection. */
export function createTokenExchangeService(
  options: TokenExchangeOptions,
): Implementation<typeof TokenExchangeServiceService> {
  const { signingKeys, log, now } = options;
  return {
    async exchangeToken(request, context) {
      const about = { decisionId: context.decisionId, traceId: context.traceId, client: context.peer };
      try {
        const claims = await decide(request, context, options);
        log.info('token_exchanged', { ...about, audience: claims.aud, tokenId: claims.jti });
        const accessToken = await signingKeys.sign('obo+jwt', claims, now());
        return { accessToken, expiresInSeconds: claims.exp - claims.iat };
      } catch (error) {
        if (error instanceof ZeroTrustError) {
          log.warn('token_exchange_refused', { ...about, reason: error.reason, detail: error.message });
        }
        throw error;
      }
    },
    getSigningKeys: async () => ({ jwksJson: JSON.stringify(signingKeys.publicKeys(now())) }),
  };
}

async function decide(
  { subjectToken, audience, scopes }: ExchangeTokenRequest,
  { peer: client }: CallContext,
  { issuer, graph, userTokens, exchangedTokens, sessions, now: clock }: TokenExchangeOptions,
): Promise<ExchangedClaims> {
  if (client === null) throw new ZeroTrustError('peer_certificate_missing', 'exchange without a mutual TLS peer');
  if (subjectToken === '') throw new ZeroTrustError('token_missing', 'exchange without a subject token');
  const now = clock();
  const verifier = graph.isEntryPoint(client) ? userTokens : exchangedTokens;
  const subject = await verifier.verify(subjectToken, { audience: client }, now);
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
