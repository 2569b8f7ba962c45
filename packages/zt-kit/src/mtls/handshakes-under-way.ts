import type { Socket } from 'node:net';

/** Connections on which nobody has proved anything yet. */
export interface HandshakesUnderWay {
  /** Where there are too many, the oldest has to go: a good handshake takes milliseconds, and finds room in any flood. */
  begin(remote: string, socket: Socket): void;
  end(remote: string): void;
}

export function createHandshakesUnderWay(most: number): HandshakesUnderWay {
  // In the order in which they came.
  const underWay = new Map<string, Socket>();
  return {
    begin(remote, socket) {
      underWay.set(remote, socket);
      const [oldest] = underWay;
      if (underWay.size <= most || oldest === undefined) return;
      underWay.delete(oldest[0]);
      oldest[1].destroy();
    },
    end: (remote) => void underWay.delete(remote),
  };
}
