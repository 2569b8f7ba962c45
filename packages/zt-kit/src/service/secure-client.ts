import { type ChannelCredentials, Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type CallContext, subjectTokenOf } from '../authz/call-context.ts';
import { isOwnContext } from '../authz/own-context.ts';
import { traceparentOf } from '../authz/trace-context.ts';
import { cancelWith } from '../delegation/cancel-with.ts';
import type { TokenExchange } from '../delegation/token-exchange.ts';
import type { WorkloadTokens } from '../delegation/workload-tokens.ts';
import { ZeroTrustError } from '../errors.ts';
import { channelOptions } from './channel-options.ts';
import type { Definition, SecureClient } from './service-definition.ts';
import { createWatchedChannel } from './watched-channel.ts';

/** What another service answered where it did not answer with a message. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: status;
  /** The other service's public sentence. */
  readonly details: string;

  constructor(method: string, code: status, details: string, options?: ErrorOptions) {
    super(`${method}: ${status[code]} ${details}`, options);
    this.code = code;
    this.details = details;
  }
}

export interface SecureClientOptions {
  /** `host:port` */
  readonly address: string;
  /** Mutual TLS that accepts the other service only. */
  readonly credentials: ChannelCredentials;
  /** SPIFFE ID of the other service: the audience of the tokens that go to it. */
  readonly audience: string;
  /** Null for calls without a user. */
  readonly exchange: TokenExchange | null;
  /** Null where no call is made in the own name. */
  readonly workloadTokens: WorkloadTokens | null;
  /** The scopes that a method asks for in a user's token; null where it takes none. */
  readonly scopesOf: (method: string) => readonly string[] | null;
  /** The scopes that a method asks for in a workload's own token; null where it takes none. */
  readonly ownScopesOf: (method: string) => readonly string[] | null;
  /** Whether the other service is quarantined at this moment: it is then not called, and what it still answers not taken. */
  readonly isQuarantined?: () => boolean;
  /** Keeps a record of a call that this side refused to make, and gives the refusal to throw. */
  readonly refuse?: (context: CallContext, error: ZeroTrustError) => Promise<ZeroTrustError>;
  /** A connection attempt that takes longer is given up. */
  readonly connectTimeoutMs?: number;
}

/**
 * A client whose calls carry the user's token, exchanged for the other service, with the caller's deadline and trace id;
 * with a context of `createOwnContext`, a token in the workload's own name.
 */
export function createSecureClient<Service extends Definition>(
  definition: Service,
  options: SecureClientOptions,
): SecureClient<Service> & { close(): void } {
  const open = (): Client => new Client(options.address, options.credentials, channelOptions);
  const channel = createWatchedChannel(open, options.connectTimeoutMs);

  async function metadataFor(path: string, context: CallContext): Promise<Metadata> {
    const metadata = new Metadata();
    metadata.set('traceparent', traceparentOf(context.traceId));
    const isOwn = isOwnContext(context);
    const scopes = isOwn ? options.ownScopesOf(path) : options.scopesOf(path);
    if (scopes === null) return metadata;
    const token = isOwn ? await ownToken(scopes, context) : await usersToken(path, scopes, context);
    metadata.set('authorization', `Bearer ${token}`);
    return metadata;
  }

  async function usersToken(path: string, scopes: readonly string[], context: CallContext): Promise<string> {
    const subjectToken = subjectTokenOf(context);
    if (subjectToken === undefined || options.exchange === null) {
      throw new ZeroTrustError('user_required', `${path} needs a user, and the call at hand has none`);
    }
    return (await options.exchange.exchange({ ...requestOf(scopes, context), subjectToken })).token;
  }

  async function ownToken(scopes: readonly string[], context: CallContext): Promise<string> {
    if (options.workloadTokens === null) throw new TypeError('this client makes no calls in the own name');
    return (await options.workloadTokens.issue(requestOf(scopes, context))).token;
  }

  const requestOf = (scopes: readonly string[], { deadline, traceId, signal }: CallContext) => ({
    audience: options.audience,
    scopes,
    deadline,
    traceparent: traceparentOf(traceId),
    signal,
  });

  function send(
    method: Definition[string],
    request: unknown,
    metadata: Metadata,
    context: CallContext,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = channel
        .inForce()
        .makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata.clone(),
          { deadline: context.deadline },
          (error: ServiceError | null, response?: unknown) => {
            answered();
            if (error === null) resolve(response);
            else reject(error);
          },
        );
      const answered = cancelWith(context.signal, call);
    });
  }

  async function refuseQuarantined(context: CallContext): Promise<void> {
    if (options.isQuarantined?.() !== true) return;
    const error = new ZeroTrustError('callee_quarantined', `${options.audience} is quarantined`);
    throw (await options.refuse?.(context, error)) ?? error;
  }

  function callOf(method: Definition[string]) {
    return async (request: unknown, context: CallContext): Promise<unknown> => {
      await refuseQuarantined(context);
      const metadata = await metadataFor(method.path, context);
      try {
        return await answerOf(method, request, metadata, context);
      } finally {
        // Meanwhile it may have been: neither its yes nor its no is taken then.
        await refuseQuarantined(context);
      }
    };
  }

  async function answerOf(
    method: Definition[string],
    request: unknown,
    metadata: Metadata,
    context: CallContext,
  ): Promise<unknown> {
    try {
      return await send(method, request, metadata, context).catch((error: ServiceError) => {
        // gRPC sends a call again only as long as nothing of an answer has come, not even its beginning.
        if (isBrokenOff(error)) return send(method, request, metadata, context);
        throw error;
      });
    } catch (error) {
      const cause = error as ServiceError;
      throw new CallError(method.path, codeOf(cause), cause.details, { cause });
    }
  }

  const unary = Object.entries(definition).filter(([, method]) => !method.requestStream && !method.responseStream);
  const methods = Object.fromEntries(unary.map(([name, method]) => [name, callOf(method)]));
  return { ...methods, close: () => channel.close() } as SecureClient<Service> & { close(): void };
}

/** What grpc-js itself says of a stream that ended without a status of the server's. */
const brokenOff =
  /^(Connection dropped|Received RST_STREAM with code \d+ (\(Call ended without gRPC status\)|triggered by internal client error))/;

/** The connection broke in the midst of a call: nothing failed at the server that is known of. */
function isBrokenOff({ code, details }: ServiceError): boolean {
  return (code === status.INTERNAL || code === status.UNAVAILABLE) && brokenOff.test(details);
}

/** Some of it is `INTERNAL` to grpc-js. But whoever may try again is to do so. */
function codeOf(error: ServiceError): status {
  return isBrokenOff(error) ? status.UNAVAILABLE : error.code;
}
