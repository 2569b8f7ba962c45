import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { IdentitySnapshot } from '@zt/kit/identity';
import { frame, frameType, openRawPeer, preface, send } from '@zt/kit/testing';

/** Where a service listens, and who the attacker is: a workload of the trust domain that was taken over. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly identity: IdentitySnapshot;
}

/** What an attacker did. */
export interface Tally {
  /** How often it did what it does: calls, frames, handshakes. */
  readonly attempts: number;
  readonly connections: number;
  /** Connections that the service ended. */
  readonly ended: number;
}

/** One way to abuse a service. It goes on until the signal aborts, and opens another connection for each that is ended. */
export interface Attack {
  readonly id: string;
  /** What it does, as a sentence about the attacker. */
  readonly title: string;
  run(target: Target, signal: AbortSignal): Promise<Tally>;
}

/** No attack is larger, however fast the machine is. */
export const mostConnections = 5_000;
const pauseMs = 20;

/** Counts what an attack does. */
export class Count implements Tally {
  attempts = 0;
  connections = 0;
  ended = 0;
}

/** Repeats one thing on so many lines at once until the time is over, or there were too many connections. */
export async function onLines(
  lines: number,
  count: Count,
  signal: AbortSignal,
  once: () => Promise<void>,
): Promise<Tally> {
  async function line(): Promise<void> {
    while (!signal.aborted && count.connections < mostConnections) {
      // What fails is refused, which is what the attacker has to count with.
      await once().catch(() => sleep(pauseMs));
    }
  }
  setMaxListeners(0, signal);
  await Promise.all(Array.from({ length: lines }, line));
  return count;
}

/** Ends a connection when the time is over; gives what to call when it has ended before. */
export function endWith(signal: AbortSignal, socket: Socket): () => void {
  const end = (): void => void socket.destroy();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  return () => signal.removeEventListener('abort', end);
}

export interface Frames {
  readonly lines: number;
  /** What comes after the preface; a client's usual settings unless told otherwise. */
  readonly first?: Buffer;
  /** What is sent in a round, and how many attempts that is; null where nothing more is sent, and the connection only kept. */
  round(round: number): { readonly bytes: Buffer; readonly attempts: number } | null;
}

/** An attack in frames, after a good handshake. */
export function attackInFrames({ lines, first = frame(frameType.settings), round }: Frames): Attack['run'] {
  return async (target, signal) => {
    const count = new Count();
    return await onLines(lines, count, signal, async () => {
      const socket = await openRawPeer(target);
      count.connections += 1;
      const forget = endWith(signal, socket);
      await send(socket, Buffer.concat([preface, first]));
      await sendRounds(socket, round, count);
      forget();
      if (!signal.aborted) count.ended += 1;
    });
  };
}

async function sendRounds(socket: TLSSocket, round: Frames['round'], count: Count): Promise<void> {
  for (let number = 0; !socket.destroyed; number += 1) {
    const next = round(number);
    if (next === null) await sleep(pauseMs);
    else {
      await send(socket, next.bytes);
      count.attempts += next.attempts;
      // Lets what was answered come in.
      await sleep(1);
    }
  }
}
