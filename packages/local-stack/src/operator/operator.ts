import { Client, Metadata, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { decisionIdKey } from '@zt/kit/authz';
import { parseSpiffeId, type X509Source } from '@zt/kit/identity';
import { authorizeSpiffeIds, createMtlsChannelCredentials } from '@zt/kit/mtls';
import { createVaultClient, createVaultLogin, type VaultClient } from '@zt/kit/vault';
import { TokenExchangeServiceService } from '@zt/proto/identity';
import type { OperatorInput } from './operator-input.ts';

/** The services that the operator calls. */
export type OperatedService = 'identity' | 'audit';

/** What a job may use. All of it is done with the operator's own SVID, and in its own name. */
export interface Operator {
  readonly source: X509Source;
  /** Calls a unary method, with a token of the operator's own. Throws an error that holds the service's public sentence. */
  call<Request, Response>(
    service: OperatedService,
    method: MethodDefinition<Request, Response>,
    request: Request,
  ): Promise<Response>;
  /** Lends a login of Vault's, which ends with the work. */
  withVault<Result>(work: (vault: OperatorVault) => Promise<Result>): Promise<Result>;
}

export interface OperatorVault {
  readonly client: VaultClient;
  readonly token: string;
}

const timeoutMs = 10_000;

export function createOperator(source: X509Source, addresses: OperatorInput['addresses']): Operator {
  const idOf = (name: OperatedService | 'vault') => spiffeIdOf(accessGraph, name);

  async function tokenFor(service: OperatedService, method: string): Promise<string | null> {
    const rule = accessGraph.services.flatMap(({ methods }) => methods).find(({ fullName }) => fullName === method);
    if (rule === undefined) throw new TypeError(`the access graph has no method ${method}`);
    if (rule.onBehalfOf === 'nobody') return null;
    const request = { audience: idOf(service), scopes: [...rule.tokenScopes] };
    return (await send('identity', TokenExchangeServiceService.issueWorkloadToken, request, null)).accessToken;
  }

  async function send<Request, Response>(
    service: OperatedService,
    method: MethodDefinition<Request, Response>,
    request: Request,
    token: string | null,
  ): Promise<Response> {
    const credentials = createMtlsChannelCredentials(source, authorizeSpiffeIds(idOf(service)));
    const client = new Client(addresses[service], credentials, { 'grpc.enable_http_proxy': 0 });
    const metadata = new Metadata();
    if (token !== null) metadata.set('authorization', `Bearer ${token}`);
    const { path, requestSerialize, responseDeserialize } = method;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const deadline = Date.now() + timeoutMs;
    const answered = (error: ServiceError | null, response?: Response): void => {
      if (error === null && response !== undefined) resolve(response);
      else reject(new Error(`${service} answered ${error === null ? 'nothing' : spell(error)}`));
    };
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, { deadline }, answered);
    return await promise.finally(() => client.close());
  }

  return {
    source,
    call: async (service, method, request) =>
      await send(service, method, request, await tokenFor(service, method.path)),
    async withVault(work) {
      const client = createVaultClient({
        source,
        vaultAddress: addresses.vault,
        vaultSpiffeId: parseSpiffeId(idOf('vault')),
        timeoutMs,
      });
      const login = createVaultLogin(client, 'operator');
      try {
        return await work({ client, token: (await login.token()).value });
      } finally {
        await login.close();
      }
    },
  };
}

function spell(error: ServiceError): string {
  const [decisionId] = error.metadata.get(decisionIdKey);
  const decision = decisionId === undefined ? '' : ` (decision ${decisionId})`;
  return `${status[error.code]}: ${error.details}${decision}`;
}
