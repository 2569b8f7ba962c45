/** A piece of what a container wrote: a line, or a part of a very long one. */
export interface LogFrame {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nine digits behind the point, so that the order of texts is that of times. */
  readonly time: string;
  readonly text: Buffer;
}

export interface LogFrames {
  /** The frames that are whole now. Throws where this is no such stream. */
  push(piece: Buffer): LogFrame[];
}

/** The engine cuts lines after 16 KiB. */
const longestFrame = 256 * 1024;
const headerLength = 8;

/**
 * Takes a log apart as the engine sends it with times, for containers without a terminal: a byte that names the stream,
 * three of zero, the length in four, then the time, a space and the text.
 */
export function createLogFrames(): LogFrames {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(piece) {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      const frames: LogFrame[] = [];
      while (rest.length >= headerLength) {
        const length = rest.readUInt32BE(4);
        const stream = streamOf(rest.readUInt32BE(0) >>> 0);
        if (length > longestFrame) throw new Error("a piece of the engine's log is too long");
        if (rest.length < headerLength + length) break;
        frames.push(frameOf(stream, rest.subarray(headerLength, headerLength + length)));
        rest = rest.subarray(headerLength + length);
      }
      return frames;
    },
  };
}

function streamOf(head: number): LogFrame['stream'] {
  switch (head) {
    case 0x01_00_00_00:
      return 'stdout';
    case 0x02_00_00_00:
      return 'stderr';
    default:
      throw new Error("the engine's log is of no form that is known here");
  }
}

function frameOf(stream: LogFrame['stream'], content: Buffer): LogFrame {
  const space = content.indexOf(' ');
  return { stream, time: content.toString('latin1', 0, space), text: content.subarray(space + 1) };
}
