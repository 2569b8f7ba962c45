import type { EngineClient, LogOptions } from './engine-client.ts';
import { createLogFrames, type LogFrame } from './log-frames.ts';

/** More than any service writes between two of its rotations, and no more than is soon read. */
export const usualTail = 5_000;

/** What a container wrote lately, stdout and stderr, as its lines came. */
export async function readContainerLog(engine: Pick<EngineClient, 'logs'>, id: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const frames of framesOf(engine, id, { follow: false, tail: usualTail })) {
    pieces.push(...frames.map(({ text }) => text));
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A container's log as it comes, some frames at a time. */
export async function* framesOf(
  engine: Pick<EngineClient, 'logs'>,
  id: string,
  options: LogOptions,
  signal?: AbortSignal,
): AsyncGenerator<readonly LogFrame[]> {
  const answer = await engine.logs(id, options);
  const stop = (): void => void answer.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const frames = createLogFrames();
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      const whole = frames.push(piece);
      if (whole.length > 0) yield whole;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    answer.destroy();
  }
}
