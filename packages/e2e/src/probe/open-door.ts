import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A container takes a second or two until it listens. */
const openingMs = 30_000;
const againMs = 100;

export interface OpeningOptions {
  readonly patienceMs?: number;
  /** Rejects at once where nobody wants in any more. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the Unix socket behind which a probe's container waits, also where that is about to open it. Rejects with
 * words that go on from who it was to be, where nobody opens it in time.
 */
export async function openDoor(door: string, { patienceMs = openingMs, signal }: OpeningOptions = {}): Promise<Socket> {
  const end = Date.now() + patienceMs;
  while (true) {
    signal?.throwIfAborted();
    const socket = connect(door);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (cause) {
      if (Date.now() > end) throw new Error(`did not open its door at ${door}`, { cause });
    }
    await sleep(againMs, undefined, { signal });
  }
}

/** Settles when it is closed, for whatever reason. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', () => resolve());
  });
}
