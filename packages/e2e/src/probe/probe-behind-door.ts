import { PassThrough } from 'node:stream';
import { closeOf, openDoor } from './open-door.ts';
import type { ProbeProcess } from './probe-process.ts';

/** The probe that runs behind this door for whoever connects: for as long as the connection lasts. */
export function probeBehindDoor(door: string): ProbeProcess {
  const asked = new PassThrough();
  const answers = new PassThrough();
  const unwanted = new AbortController();

  async function speak(): Promise<null> {
    const socket = await openDoor(door, { signal: unwanted.signal });
    const closed = closeOf(socket);
    unwanted.signal.addEventListener('abort', () => socket.destroy());
    asked.pipe(socket);
    socket.pipe(answers);
    await closed;
    return null;
  }

  const ended = speak()
    .catch((error: Error) => error.message)
    .finally(() => answers.end());
  return { asked, answers, kill: () => unwanted.abort(), ended };
}
