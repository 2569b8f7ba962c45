import { PassThrough } from 'node:stream';
import { openDoor } from './open-door.ts';
import type { ProbeProcess } from './probe-process.ts';

/** The probe that runs behind this door for whoever connects: for as long as the connection lasts. */
export function probeBehindDoor(door: string): ProbeProcess {
  const asked = new PassThrough();
  const answers = new PassThrough();
  const gone = new AbortController();
  const opened = openDoor(door);
  const ended = opened.then(
    async (socket) => {
      const closed = new Promise<null>((resolve) => socket.once('close', () => resolve(null)));
      // Told by its end: the answer that is waited for does not come.
      socket.on('error', () => {});
      gone.signal.addEventListener('abort', () => socket.destroy());
      if (gone.signal.aborted) socket.destroy();
      asked.pipe(socket);
      socket.pipe(answers);
      await closed;
      answers.end();
      return null;
    },
    (error: Error) => {
      answers.end();
      return error.message;
    },
  );
  return {
    asked,
    answers,
    kill() {
      gone.abort();
      answers.end();
    },
    ended,
  };
}
