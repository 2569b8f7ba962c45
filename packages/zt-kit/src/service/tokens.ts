import { Metadata } from '@grpc/grpc-js';
import { type GetSigningKeysResponse, TokenExchangeServiceClient } from '@zt/proto/identity';
import type { JSONWebKeySet } from 'jose';
import { createSecurityEventReceiver } from '../delegation/security-event-receiver.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createTokenExchange, type TokenExchange } from '../delegation/token-exchange.ts';
import type { UserIssuer } from '../delegation/user-issuer.ts';
import { algorithmOf, createUserTokenVerifier } from '../delegation/user-tokens.ts';
import { createTokenVerifier, type TokenVerifier } from '../delegation/verify-token.ts';
import { createWorkloadTokens, type WorkloadTokens } from '../delegation/workload-tokens.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { channelOptions } from './channel-options.ts';
import { createIssuerClient } from './issuer-client.ts';
import type { SessionStreamOptions } from './session-stream.ts';
import { createWatchedChannel } from './watched-channel.ts';

const keysTimeoutMs = 5_000;
/** Only workloads of this system can bring unknown keys: identity, once it has restarted, is the one that does. */
const keysIntervalMs = 500;

/** The connection to the token exchange: tokens for other services, and the keys that verify tokens for this one. */
export interface TokenExchangeConnection {
  readonly exchange: TokenExchange;
  readonly workloadTokens: WorkloadTokens;
  /** Verifies exchanged tokens whose audience is this SPIFFE ID. */
  verifierFor(audience: string): TokenVerifier;
  /** From now on keys come from here: identity does not ask itself over the network. */
  takeKeysFrom(fetchKeys: () => Promise<JSONWebKeySet>): void;
  /** Streams of which sessions end, who is blocked and who is quarantined, signed for the workload of this SPIFFE ID. */
  sessionsFor(audience: string): Pick<SessionStreamOptions, 'open' | 'receiverOf'>;
  close(): void;
}

/** Connects when it is first needed. The exchange is known by its SPIFFE ID, which is also the issuer of its tokens. */
export function createTokenExchangeConnection(
  source: X509Source,
  address: string,
  issuer: string,
): TokenExchangeConnection {
  const credentials = createMtlsChannelCredentials(source, authorizeSpiffeIds(issuer));
  const channel = createWatchedChannel(() => new TokenExchangeServiceClient(address, credentials, channelOptions));
  let fetchKeys = async (): Promise<JSONWebKeySet> => {
    const options = { deadline: Date.now() + keysTimeoutMs };
    const { jwksJson } = await new Promise<GetSigningKeysResponse>((resolve, reject) => {
      channel.inForce().getSigningKeys({}, new Metadata(), options, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
    return JSON.parse(jwksJson) as JSONWebKeySet;
  };
  const keys = createSigningKeySource({ fetchKeys: () => fetchKeys(), fetchIntervalMs: keysIntervalMs });
  return {
    exchange: { exchange: (request) => createTokenExchange(channel.inForce()).exchange(request) },
    workloadTokens: { issue: (request) => createWorkloadTokens(channel.inForce()).issue(request) },
    verifierFor: (audience) => createTokenVerifier({ type: 'obo+jwt', issuer, audience, keys }),
    takeKeysFrom(others) {
      fetchKeys = others;
    },
    sessionsFor: (audience) => ({
      open: (state) => channel.inForce().watchSessions({ state }),
      receiverOf: (state) =>
        createSecurityEventReceiver({ issuer, audience, everybody: everybodyOf(issuer), state, keys }),
    }),
    close: () => channel.close(),
  };
}

/** The audience of what is for every workload of a trust domain: its own SPIFFE ID, without a path. */
function everybodyOf(issuer: string): string {
  return `spiffe://${parseSpiffeId(issuer).trustDomain}`;
}

/** Verifies access tokens that come straight from an OpenID Connect issuer (OpenID Connect Discovery; RFC 9068). */
export function createUserTokens(source: X509Source, issuer: UserIssuer, audience: string): TokenVerifier {
  const { fetchKeys } = createIssuerClient(source, issuer);
  const keys = createSigningKeySource({ fetchKeys, algorithm: algorithmOf(issuer) });
  const verifier = createUserTokenVerifier(issuer, keys);
  return { verify: (token, _expected, now) => verifier.verify(token, { audience }, now) };
}
