import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import { tlsSettingsOf } from '../mtls/tls-settings.ts';

/** A server where none belongs. */
export interface Eavesdropper {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Everything that it could read of what came over its connections. */
  heard(): Buffer;
  /** How many connections came. */
  visits(): number;
  /** Settles when at least as many connections have come, and all are over. */
  left(atLeast: number): Promise<void>;
  close(): Promise<void>;
}

export interface EavesdropperOptions {
  /** PEM: of what it says to be. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Left out: nothing is answered. */
  readonly passOnTo?: Upstream;
}

/** Where a relay passes everything on, and back: over a connection of its own, as whom it is itself. */
export interface Upstream {
  /** `host:port` */
  readonly address: string;
  readonly identity: IdentitySnapshot;
}

/** Takes part in TLS with whoever comes, as a server with this certificate, speaks HTTP/2 to nobody, and reads along. */
export async function startEavesdropper({ certificate, passOnTo }: EavesdropperOptions): Promise<Eavesdropper> {
  const heard: Buffer[] = [];
  let visits = 0;
  let over = 0;
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({
    ...certificate,
    ALPNProtocols: ['h2'],
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('connection', (socket) => {
    visits += 1;
    sockets.add(socket);
    socket
      .on('error', () => {})
      .once('close', () => {
        over += 1;
        sockets.delete(socket);
        server.emit('over');
      });
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {}).on('data', (bytes: Buffer) => heard.push(bytes));
    if (passOnTo !== undefined) relay(socket, passOnTo);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => Buffer.concat(heard),
    visits: () => visits,
    async left(atLeast) {
      while (over < atLeast || sockets.size > 0) await once(server, 'over');
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function relay(socket: TLSSocket, { address, identity }: Upstream): void {
  const [host = '', port] = address.split(':');
  const upstream = connect({
    ...tlsSettingsOf(identity),
    host,
    port: Number(port),
    ALPNProtocols: ['h2'],
    checkServerIdentity: () => undefined,
  });
  upstream.on('error', () => {}).once('close', () => socket.destroy());
  socket.once('close', () => upstream.destroy());
  socket.pipe(upstream).pipe(socket);
}
