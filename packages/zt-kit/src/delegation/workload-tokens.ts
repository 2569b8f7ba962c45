import { Metadata } from '@grpc/grpc-js';
import type { IssueWorkloadTokenResponse, TokenExchangeServiceClient } from '@zt/proto/identity';
import { cancelWith } from './cancel-with.ts';
import { refusalOfExchange, type TokenExchangeRequest } from './token-exchange.ts';

/** Gets tokens in this workload's own name, for calls without a user (RFC 6749, section 4.4). */
export interface WorkloadTokens {
  /**
   * Throws `exchange_not_allowed` where the access graph has no such call, or not with such scopes;
   * `token_exchange_unavailable` where there is no answer before the deadline.
   */
  issue(
    request: Omit<TokenExchangeRequest, 'subjectToken'>,
  ): Promise<{ readonly token: string; readonly expiresAt: Date }>;
}

/** Tokens over gRPC. In whose name is said by the client's mutual TLS connection, and by nothing else. */
export function createWorkloadTokens(client: TokenExchangeServiceClient): WorkloadTokens {
  return {
    issue: async ({ audience, scopes, deadline, traceparent, signal }) => {
      const metadata = new Metadata();
      metadata.set('traceparent', traceparent);
      const asked = Date.now();
      const response = await new Promise<IssueWorkloadTokenResponse>((resolve, reject) => {
        const request = { audience, scopes: [...scopes] };
        const call = client.issueWorkloadToken(request, metadata, { deadline }, (error, answer) => {
          answered();
          if (error === null) resolve(answer);
          else reject(refusalOfExchange(error));
        });
        const answered = cancelWith(signal, call);
      });
      return { token: response.accessToken, expiresAt: new Date(asked + response.expiresInSeconds * 1000) };
    },
  };
}
