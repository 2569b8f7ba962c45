import { randomBytes } from 'node:crypto';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { ExchangeTokenResponse, TokenExchangeServiceClient } from '@zt/proto/identity';
import { ZeroTrustError } from '../errors.ts';

/** Gets the token for the next hop (RFC 8693). */
export interface TokenExchange {
  /**
   * Throws `session_ended` where the subject token counts no more, `caller_not_allowed` where the access graph has no
   * such edge, `identity_unavailable` where nobody answers before the deadline.
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
  /** W3C trace id, 32 hexadecimal digits. */
  readonly traceId: string;
}

/** An exchange over gRPC. The client's connection is mutual TLS: it says who asks, so nothing else has to. */
export function createTokenExchange(client: TokenExchangeServiceClient): TokenExchange {
  return {
    exchange: async ({ subjectToken, audience, scopes, deadline, traceId }) => {
      const metadata = new Metadata();
      metadata.set('traceparent', `00-${traceId}-${randomBytes(8).toString('hex')}-01`);
      const asked = Date.now();
      const response = await new Promise<ExchangeTokenResponse>((resolve, reject) => {
        client.exchangeToken(
          { subjectToken, audience, scopes: [...scopes] },
          metadata,
          { deadline },
          (error, answer) => (error === null ? resolve(answer) : reject(refusal(error))),
        );
      });
      // Counted from before the call, so that the token is never thought to live longer than it does.
      return { token: response.accessToken, expiresAt: new Date(asked + response.expiresInSeconds * 1000) };
    },
  };
}

/** The exchange keeps its reason to itself, in its own record: the trace id leads there. */
function refusal(cause: ServiceError): ZeroTrustError {
  switch (cause.code) {
    case status.UNAUTHENTICATED:
      return new ZeroTrustError('session_ended', 'token exchange does not take the token any more', { cause });
    case status.PERMISSION_DENIED:
      return new ZeroTrustError('caller_not_allowed', 'token exchange does not give a token for that workload', {
        cause,
      });
    default:
      return new ZeroTrustError('identity_unavailable', 'token exchange gives no answer', { cause });
  }
}
