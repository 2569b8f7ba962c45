import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { openDoor } from './open-door.ts';
import type { ProbeProcess } from './probe-process.ts';

/** The probe that runs behind this door for whoever connects: for as long as the connection lasts. */
export function probeBehindDoor(door: string): ProbeProcess {
  const asked = new PassThrough();
  const answers = new PassThrough();
  const unwanted = new AbortController();

  async function speak(): Promise<null> {
    const socket = await openDoor(door, { signal: unwanted.signal });
    // Told by its end: the answer that is waited for does not come.
    socket.on('error', () => {});
    unwanted.signal.addEventListener('abort', () => socket.destroy());
    asked.pipe(socket);
    socket.pipe(answers);
    await once(socket, 'close');
    return null;
  }

  const ended = speak()
    .catch((error: Error) => error.message)
    .finally(() => answers.end());
  return { asked, answers, kill: () => unwanted.abort(), ended };
}
