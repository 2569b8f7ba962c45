import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { X509Source } from '../identity/x509-source.ts';
import { httpsLimits } from '../limits.ts';
import { tlsSettingsOf } from '../mtls/tls-settings.ts';
import { createWaitingConnections } from '../mtls/waiting-connections.ts';
import { answerUnreadable } from './answer-unreadable.ts';
import type { Address } from './environment.ts';

export interface HttpsListener {
  readonly port: number;
  /** Takes no more requests, and lets those that are under way finish, for four seconds at most. */
  close(): Promise<void>;
}

const drainMs = 4_000;

/** How long a client may take, and how much it may send before anybody looks at it. */
export type HttpsLimits = typeof httpsLimits;

/** How often Node looks for slow requests; by itself only every 30 s. */
const looksPerLimit = 5;

/**
 * Serves clients without an SVID, such as browsers: shows them the service's own, which carries a DNS name for them, and
 * follows its rotation. It asks for no client certificate. Rejects where the address is not free.
 */
export async function serveHttps(
  source: X509Source,
  listener: RequestListener,
  address: Address,
  limits: Partial<HttpsLimits> = {},
): Promise<HttpsListener> {
  const { handshakeMs, headersMs, requestMs, idleMs, headerBytes, silentConnections, connections } = {
    ...httpsLimits,
    ...limits,
  };
  const settings = () => {
    const { ca: _authorities, ...own } = tlsSettingsOf(source.current());
    return own;
  };
  const server = createServer(
    {
      ...settings(),
      handshakeTimeout: handshakeMs,
      requestTimeout: requestMs,
      headersTimeout: headersMs,
      connectionsCheckingInterval: headersMs / looksPerLimit,
      maxHeaderSize: headerBytes,
    },
    listener,
  );
  server.maxConnections = connections;
  server.setTimeout(idleMs);
  const silent = createWaitingConnections(silentConnections);
  server.on('connection', (socket: Socket) => {
    const remote = remoteOf(socket);
    silent.begin(remote, socket);
    socket.once('close', () => silent.end(remote));
  });
  server.on('request', ({ socket }) => silent.end(remoteOf(socket)));
  server.on('clientError', answerUnreadable);
  const stop = source.onChange(() => {
    try {
      server.setSecureContext(settings());
    } catch {
      // Withdrawn: clients refuse the old certificate as soon as it ends.
    }
  });
  server.once('close', stop);
  server.listen(address.port, address.host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function remoteOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
