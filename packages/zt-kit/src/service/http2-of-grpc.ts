import type { Http2Server, ServerHttp2Session, ServerOptions } from 'node:http2';
import type { Socket } from 'node:net';
import { type Server, ServerCredentials } from '@grpc/grpc-js';

/** What grpc-js keeps to itself. Its version is pinned, and the tests of the limits say whether the next one still fits. */
interface Internals {
  readonly commonServerOptions: ServerOptions;
  readonly http2Servers: ReadonlyMap<Http2Server, unknown>;
}

/** A connection that gRPC speaks on. */
export interface InjectedConnection {
  readonly session: ServerHttp2Session;
  drain(graceMs: number): void;
  destroy(): void;
}

/** Of the limits that Node's HTTP/2 has, grpc-js passes on two. To be called before any connection; throws where it can't be done. */
export function limitHttp2(server: Server, options: ServerOptions): void {
  const { commonServerOptions } = internalsOf(server);
  const settings = { ...commonServerOptions.settings, ...options.settings };
  Object.assign(commonServerOptions, options, { settings });
}

/** Lets gRPC speak on a socket. Each has an injector of its own: it can be drained alone. */
export function injectConnection(server: Server, socket: Socket): InjectedConnection {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const http2Server = [...internalsOf(server).http2Servers.keys()].at(-1);
  let session: ServerHttp2Session | undefined;
  http2Server?.once('session', (begun) => {
    session = begun;
  });
  injector.injectConnection(socket);
  if (session === undefined) throw new TypeError('this grpc-js begins its HTTP/2 sessions in another way');
  return { session, drain: (graceMs) => injector.drain(graceMs), destroy: () => injector.destroy() };
}

function internalsOf(server: Server): Internals {
  const { commonServerOptions, http2Servers } = server as unknown as Partial<Internals>;
  if (commonServerOptions === undefined || http2Servers === undefined) {
    throw new TypeError('this grpc-js keeps its HTTP/2 servers elsewhere');
  }
  return { commonServerOptions, http2Servers };
}
