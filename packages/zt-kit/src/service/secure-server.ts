import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerOptions,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { createAuthorizeInterceptor } from '../authz/authorize-interceptor.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import type { CallContext } from '../authz/call-context.ts';
import type { Decisions } from '../authz/decisions.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsListener, type MtlsListener } from '../mtls/mtls-listener.ts';
import type { PeerAuthorizer } from '../mtls/peer-authorizer.ts';
import { type Handler, handlerOf } from './handlers.ts';
import type { Definition, Implementation, Resources } from './service-definition.ts';

export interface SecureServerOptions {
  readonly source: X509Source;
  /** Who may connect at all; what a peer may call is decided per call. */
  readonly authorizePeer: PeerAuthorizer;
  readonly authorizer: Authorizer;
  readonly decisions: Decisions;
  /** How long a call may take whose caller set no deadline, or a longer one. */
  readonly longestCallMs?: number;
  /** A peer that is silent for this long is asked whether it is there, and is hung up on where it does not say so. */
  readonly silenceMs?: number;
}

/** A gRPC server on which nothing runs undecided. */
export interface SecureServer {
  /** Adds a service. Throws where policy has no rule for one of its methods. */
  serve<Service extends Definition>(
    definition: Service,
    implementation: Implementation<Service>,
    resources?: Resources<Service>,
  ): void;
  listen(host: string, port: number): Promise<MtlsListener>;
}

/** Node and gRPC know no limits by default: these keep one caller from taking a service's memory. */
const limits: ServerOptions = {
  'grpc.max_concurrent_streams': 256,
  'grpc.max_receive_message_length': 1024 * 1024,
  'grpc.max_send_message_length': 4 * 1024 * 1024,
  'grpc-node.max_session_memory': 16,
  'grpc.max_connection_idle_ms': 10 * 60_000,
  'grpc.enable_channelz': 0,
};

export function createSecureServer(options: SecureServerOptions): SecureServer {
  const contexts = new WeakMap<Metadata, CallContext>();
  const resources = new Map<string, (request: never) => Readonly<Record<string, string | number>>>();
  let listener: MtlsListener | undefined;
  const silenceMs = options.silenceMs ?? 30_000;
  const server = new Server({
    ...limits,
    // It ends connections as well on which HTTP/2 never began.
    'grpc.keepalive_time_ms': silenceMs,
    'grpc.keepalive_timeout_ms': silenceMs / 3,
    interceptors: [
      createAuthorizeInterceptor({
        decisions: options.decisions,
        peerOf: (remote) => listener?.peerOf(remote),
        resourceOf: (method, request) => resources.get(method)?.(request as never) ?? {},
        bindContext: (metadata, context) => contexts.set(metadata, context),
        longestCallMs: options.longestCallMs ?? 10_000,
      }),
    ],
  });

  return {
    serve(definition, implementation, resourcesOfService) {
      const handlers: UntypedServiceImplementation = {};
      for (const [name, method] of Object.entries(definition)) {
        if (options.authorizer.ruleFor(method.path) === undefined) {
          throw new Error(`no rule says who may call ${method.path}: add it to the access graph`);
        }
        handlers[name] = handlerOf(
          method,
          implementation[name] as Handler,
          (metadata) => contexts.get(metadata),
          options.decisions,
        );
        const resource = resourcesOfService?.[name];
        if (resource !== undefined) resources.set(method.path, resource);
      }
      server.addService(definition, handlers);
    },
    async listen(host, port) {
      listener = await createMtlsListener({
        source: options.source,
        authorizePeer: options.authorizePeer,
        host,
        port,
        speak(socket) {
          // One injector for each connection: it can be drained alone. TLS ends in the listener, not in gRPC.
          const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
          injector.injectConnection(socket);
          return { drain: (graceMs) => injector.drain(graceMs), ended: () => injector.destroy() };
        },
        onRefused: (refusal) => void options.decisions.recordHandshake(refusal),
      });
      return listener;
    },
  };
}
