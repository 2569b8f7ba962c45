import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

/** A server where none belongs. */
export interface Eavesdropper {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Everything that it could read of what came over its connections. */
  heard(): Buffer;
  /** How often a client went through the handshake to its end. */
  handshakes(): number;
  /** Settles when as many connections have come and are over. */
  left(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface EavesdropperOptions {
  /** PEM: of what it says to be. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Told of each connection, to pass on what comes over it; left out: nothing is answered. */
  readonly onConnection?: (socket: TLSSocket) => void;
}

/** Takes part in TLS with whoever comes, as a server with this certificate, speaks HTTP/2 to nobody, and reads along. */
export async function startEavesdropper({ certificate, onConnection }: EavesdropperOptions): Promise<Eavesdropper> {
  const heard: Buffer[] = [];
  let handshakes = 0;
  let over = 0;
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({
    ...certificate,
    ALPNProtocols: ['h2'],
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('connection', (socket) => {
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
    handshakes += 1;
    socket.on('error', () => {}).on('data', (bytes: Buffer) => heard.push(bytes));
    onConnection?.(socket);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => Buffer.concat(heard),
    handshakes: () => handshakes,
    async left(count) {
      while (over < count) await once(server, 'over');
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
