import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/**
 * Follows who connects to a server, those in their handshake too, which HTTP does not know of. Gives what ends the server
 * and cuts all of them off, as where its process dies.
 */
export function abruptEndOf(server: Server): () => Promise<void> {
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const connection of connections) connection.destroy();
    await closed;
  };
}
