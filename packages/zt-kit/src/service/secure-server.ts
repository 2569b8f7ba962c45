import type { ServerOptions as Http2Options } from 'node:http2';
import { type Metadata, Server, type ServerOptions, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { createAuthorizeInterceptor } from '../authz/authorize-interceptor.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import type { CallContext } from '../authz/call-context.ts';
import { createCallsOfPeers } from '../authz/calls-of-peers.ts';
import type { Decisions } from '../authz/decisions.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { callLimits, connectionLimits, handshakeLimits, peerLimits } from '../limits.ts';
import { claimOfPeer, createMtlsListener, type HandshakeRefusal, type MtlsListener } from '../mtls/mtls-listener.ts';
import type { PeerAuthorizer } from '../mtls/peer-authorizer.ts';
import { guardSession } from './guard-session.ts';
import { type Handler, handlerOf } from './handlers.ts';
import { injectConnection, limitHttp2 } from './http2-of-grpc.ts';
import type { Definition, Implementation, Resources } from './service-definition.ts';

export interface SecureServerOptions {
  readonly source: X509Source;
  /** Who may connect at all; what a peer may call is decided per call. */
  readonly authorizePeer: PeerAuthorizer;
  readonly authorizer: Authorizer;
  readonly decisions: Decisions;
  /** Those of `limits.ts`, except for what is said here. */
  readonly limits?: Partial<ServerLimits>;
}

const usualLimits = { ...handshakeLimits, ...peerLimits, ...connectionLimits, ...callLimits };
export type ServerLimits = typeof usualLimits;

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

export function createSecureServer(options: SecureServerOptions): SecureServer {
  const contexts = new WeakMap<Metadata, CallContext>();
  const resources = new Map<string, (request: never) => Readonly<Record<string, string | number>>>();
  let listener: MtlsListener | undefined;
  const limits = { ...usualLimits, ...options.limits };
  const refuse = (refusal: HandshakeRefusal): void => void options.decisions.recordHandshake(refusal);
  const calls = createCallsOfPeers(limits.callsOfPeer, (peer, remote) => {
    const detail = `the workload has ${limits.callsOfPeer} calls under way already`;
    refuse({ reason: 'peer_limit_exceeded', detail, remote, durationMs: null, claimed: claimOfPeer(peer) });
  });
  const server = new Server({
    ...grpcOptions(limits),
    interceptors: [
      createAuthorizeInterceptor({
        decisions: options.decisions,
        peerOf: (remote) => listener?.peerOf(remote),
        resourceOf: (method, request) => resources.get(method)?.(request as never) ?? {},
        bindContext: (metadata, context) => contexts.set(metadata, context),
        longestCallMs: limits.callMs,
        calls,
      }),
    ],
  });
  limitHttp2(server, http2Options(limits));

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
        limits,
        speak(socket, peer, remote) {
          const begunMs = performance.now();
          // TLS ends in the listener, not in gRPC.
          const { session, drain, destroy } = injectConnection(server, socket);
          guardSession(session, socket, limits, (detail) => {
            const durationMs = performance.now() - begunMs;
            // The session first: what has come already is not to be unfolded, or read, any more.
            session.destroy();
            socket.destroy();
            refuse({ reason: 'connection_abused', detail, remote, durationMs, claimed: claimOfPeer(peer) });
          });
          return { drain, ended: destroy };
        },
        onRefused: refuse,
      });
      return listener;
    },
  };
}

function grpcOptions(limits: ServerLimits): ServerOptions {
  return {
    'grpc.max_concurrent_streams': limits.callsOfConnection,
    'grpc.max_receive_message_length': limits.requestBytes,
    'grpc.max_send_message_length': limits.answerBytes,
    'grpc-node.max_session_memory': limits.sessionMebibytes,
    'grpc.max_connection_idle_ms': limits.idleMs,
    'grpc.enable_channelz': 0,
    // It ends connections as well on which HTTP/2 never began.
    'grpc.keepalive_time_ms': limits.silenceMs,
    'grpc.keepalive_timeout_ms': limits.silenceMs / 3,
  };
}

function http2Options(limits: ServerLimits): Http2Options {
  return {
    settings: { maxHeaderListSize: limits.metadataBytes },
    maxHeaderListPairs: limits.metadataEntries,
    maxSettings: limits.settings,
    maxSessionInvalidFrames: limits.invalidFrames,
    maxSessionRejectedStreams: limits.rejectedCalls,
    streamResetBurst: limits.resetBurst,
    streamResetRate: limits.resetsPerSecond,
  };
}
