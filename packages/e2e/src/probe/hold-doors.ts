import type { StackDescription } from '../stack-description.ts';
import { closeOf, openDoor } from './open-door.ts';

/** Keeps open all doors of a stack, which close where nobody has come for a while: they are needed again and again. */
export function holdDoors({ workloads, stranger }: Pick<StackDescription, 'workloads' | 'stranger'>): {
  close(): void;
} {
  const unwanted = new AbortController();
  // Who is asked through a door that did not open says so.
  for (const access of [...Object.values(workloads), stranger])
    if ('door' in access) void hold(access.door, unwanted.signal).catch(() => {});
  return { close: () => unwanted.abort() };
}

/** Also where its container is replaced by another. */
async function hold(door: string, signal: AbortSignal): Promise<void> {
  while (true) {
    const socket = await openDoor(door, { signal });
    const letGo = (): void => {
      socket.destroy();
    };
    const closed = closeOf(socket);
    signal.addEventListener('abort', letGo);
    if (signal.aborted) letGo();
    // An end is seen by who reads only.
    socket.resume();
    await closed;
    signal.removeEventListener('abort', letGo);
  }
}
