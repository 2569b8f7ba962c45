import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';

const drainMs = 4000;

/** Starts to listen; resolves once connections are taken, rejects where the address is not free. */
export async function listen(server: Server | HttpsServer, address: { host: string; port: number }): Promise<void> {
  server.listen(address.port, address.host);
  await once(server, 'listening');
}

/** Lets requests that are under way finish, for four seconds at most. */
export async function drain(server: Server | HttpsServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}
