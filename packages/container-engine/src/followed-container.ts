import { framesOf, usualTail } from './container-log.ts';
import type { Container, EngineClient } from './engine-client.ts';
import type { LogFrame } from './log-frames.ts';

const newline = 0x0a;
/** A longer one is written as it is. */
const longestLine = 1024 * 1024;

/** A container of which every line is read once, however often its log breaks off. */
export interface FollowedContainer {
  /** Gives the lines that are new, until the log ends: for one that is followed, when the container does. */
  read(follow: boolean, onLines: (lines: Buffer) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export function createFollowedContainer(
  engine: Pick<EngineClient, 'logs'>,
  { id }: Pick<Container, 'id'>,
): FollowedContainer {
  const unfinished: Record<LogFrame['stream'], Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  let last: string | null = null;

  function linesOf(frames: readonly LogFrame[]): Buffer {
    const lines: Buffer[] = [];
    for (const { stream, text } of frames) {
      const begun = Buffer.concat([unfinished[stream], text]);
      const isWhole = begun.at(-1) === newline || begun.length > longestLine;
      if (isWhole) lines.push(begun);
      unfinished[stream] = isWhole ? Buffer.alloc(0) : begun;
    }
    return Buffer.concat(lines);
  }

  return {
    async read(follow, onLines, signal) {
      const since = last;
      const from = since === null ? { tail: usualTail } : { since };
      for await (const frames of framesOf(engine, id, { follow, ...from }, signal)) {
        // The engine begins with what was written at that moment, which is known.
        const lines = linesOf(frames.filter(({ time }) => since === null || time > since));
        last = frames.at(-1)?.time ?? last;
        if (lines.length > 0) await onLines(lines);
      }
    },
  };
}
