import type { Socket } from 'node:net';

/** Connections on which what has to come first has not come yet: a handshake, or a request. */
export interface WaitingConnections {
  /** Where there are too many, the oldest has to go: who means it takes milliseconds, and finds room in any flood. */
  begin(remote: string, socket: Socket): void;
  end(remote: string): void;
}

export function createWaitingConnections(most: number): WaitingConnections {
  // In the order in which they came.
  const waiting = new Map<string, Socket>();
  return {
    begin(remote, socket) {
      waiting.set(remote, socket);
      const [oldest] = waiting;
      if (waiting.size <= most || oldest === undefined) return;
      waiting.delete(oldest[0]);
      oldest[1].destroy();
    },
    end: (remote) => void waiting.delete(remote),
  };
}
