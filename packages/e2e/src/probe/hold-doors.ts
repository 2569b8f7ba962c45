import type { StackDescription } from '../stack-description.ts';
import { openDoor } from './open-door.ts';

/** Keeps open all doors of a stack, which close where nobody has come for a while: they are needed again and again. */
export function holdDoors({ workloads, stranger }: Pick<StackDescription, 'workloads' | 'stranger'>): {
  close(): void;
} {
  const unwanted = new AbortController();
  const { signal } = unwanted;
  for (const access of [...Object.values(workloads), stranger]) {
    if (!('door' in access)) continue;
    // Who is asked through a door that did not open says so.
    void openDoor(access.door, { signal }).then(
      (socket) => {
        socket.on('error', () => {});
        if (signal.aborted) socket.destroy();
        signal.addEventListener('abort', () => socket.destroy());
      },
      () => {},
    );
  }
  return { close: () => unwanted.abort() };
}
