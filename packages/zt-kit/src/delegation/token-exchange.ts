import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { ExchangeTokenResponse, TokenExchangeServiceClient } from '@zt/proto/identity';
import { ZeroTrustError } from '../errors.ts';
import { cancelWith } from './cancel-with.ts';

/** Gets the token for the next hop (RFC 8693). */
export interface TokenExchange {
  /**
   * Throws `token_not_exchanged` where the subject token does not count, or no more; `exchange_not_allowed` where the
   * access graph has no such edge; `token_exchange_unavailable` where there is no answer before the deadline.
   */
  exchange(request: TokenExchangeRequest): Promise<{ readonly token: string; readonly expiresAt: Date }>;
}

export interface TokenExchangeRequest {
  /** A token whose audience is this workload. */
  readonly subjectToken: string;
  /** SPIFFE ID of the workload to be called. */
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly deadline: Date;
  /** W3C Trace Context, section 3.2. */
  readonly traceparent: string;
  /** Whoever waits for the token does so no longer. */
  readonly signal?: AbortSignal;
}

/** An exchange over gRPC. The client's connection is mutual TLS: it says who asks, so nothing else has to. */
export function createTokenExchange(client: TokenExchangeServiceClient): TokenExchange {
  return {
    exchange: async ({ subjectToken, audience, scopes, deadline, traceparent, signal }) => {
      const metadata = new Metadata();
      metadata.set('traceparent', traceparent);
      const asked = Date.now();
      const response = await new Promise<ExchangeTokenResponse>((resolve, reject) => {
        const request = { subjectToken, audience, scopes: [...scopes] };
        const call = client.exchangeToken(request, metadata, { deadline }, (error, answer) => {
          answered();
          if (error === null) resolve(answer);
          else reject(refusalOfExchange(error));
        });
        const answered = cancelWith(signal, call);
      });
      // Counted from before the call, so that the token is never thought to live longer than it does.
      return { token: response.accessToken, expiresAt: new Date(asked + response.expiresInSeconds * 1000) };
    },
  };
}

/** Why is in the exchange's own record, where the trace id leads. */
export function refusalOfExchange(cause: ServiceError): ZeroTrustError {
  switch (cause.code) {
    case status.UNAUTHENTICATED:
      return new ZeroTrustError('token_not_exchanged', 'token exchange does not take the token', { cause });
    case status.PERMISSION_DENIED:
      return new ZeroTrustError('exchange_not_allowed', 'token exchange gives no token for that workload', { cause });
    default:
      return new ZeroTrustError('token_exchange_unavailable', 'token exchange gives no answer', { cause });
  }
}
