import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { X509Source } from '../../identity/x509-source.ts';
import { tlsSettingsOf } from '../../mtls/tls-settings.ts';
import { abruptEndOf } from '../abrupt-end.ts';

/** A listener that can go and come back at the same port. */
export interface LoopbackListener {
  readonly port: number;
  start(): Promise<void>;
  /** Cuts all connections. */
  stop(): Promise<void>;
}

/**
 * Serves HTTPS at a loopback address with the source's SVID, and follows its rotation. Clients are asked for a
 * certificate, may have none, and are verified by nobody here. Throws a `TypeError` for any other address.
 */
export async function listenOnLoopback(
  address: { readonly host: string; readonly port: number },
  source: X509Source,
  listener: RequestListener,
): Promise<LoopbackListener> {
  const { host } = address;
  if (host !== '127.0.0.1' && host !== '::1') {
    throw new TypeError(`${host} is not a loopback address: the development Vault listens on no other`);
  }
  let { port } = address;
  let stopServer = async (): Promise<void> => {};

  async function start(): Promise<void> {
    await stopServer();
    const server = createServer(
      { ...tlsSettingsOf(source.current()), requestCert: true, rejectUnauthorized: false },
      listener,
    );
    const end = abruptEndOf(server);
    const stopFollowing = source.onChange(() => follow(server, source));
    stopServer = async () => {
      stopServer = async () => {};
      stopFollowing();
      await end();
    };
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      stopFollowing();
      stopServer = async () => {};
      throw error;
    }
    ({ port } = server.address() as AddressInfo);
  }

  await start();
  return { port, start, stop: () => stopServer() };
}

function follow(server: Server, source: X509Source): void {
  try {
    server.setSecureContext(tlsSettingsOf(source.current()));
  } catch {
    // Withdrawn: clients refuse the old certificate as soon as it ends.
  }
}
