import { callHeaders, flag, frame, frameType } from '@zt/kit/testing';

/** Every service has it, and decides on it as on any other. */
const path = '/grpc.health.v1.Health/Check';

/** The frame that begins a call, on a stream of this number. */
export function beginCall(
  stream: number,
  further: Readonly<Record<string, string>> = {},
  flags: number = flag.endHeaders,
): Buffer {
  return frame(frameType.headers, { flags, stream, payload: callHeaders(path, further) });
}

/** The number of a client's stream, of which the first one is 0. */
export const streamOf = (index: number): number => 2 * index + 1;
