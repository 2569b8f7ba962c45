import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { ProbeProcess } from './probe-process.ts';

/** How long a process may go on that is asked nothing more. */
const endingMs = 2_000;

export interface DoorKeeperOptions {
  /** Path of the Unix socket. What is left of an earlier one is removed, and its folder is made where there is none. */
  readonly door: string;
  /** Called with the first that somebody asks: who only holds the door open costs no process. */
  readonly startProcess: () => ProbeProcess;
  /** How long to wait for the first who comes. */
  readonly firstMs: number;
  /** How long to wait for another one after the last has gone. */
  readonly idleMs: number;
}

/** Lets in whoever may open the socket, and gives each a process of its own. */
export interface DoorKeeper {
  /** Settles when nobody came for long enough, and the door is closed again. */
  readonly ended: Promise<void>;
  /** Ends all processes at once. */
  close(): Promise<void>;
}

export async function openDoorKeeper({ door, startProcess, firstMs, idleMs }: DoorKeeperOptions): Promise<DoorKeeper> {
  const visitors = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    clearTimeout(timer);
    visitors.add(socket);
    socket.once('close', () => {
      visitors.delete(socket);
      if (visitors.size === 0) timer = setTimeout(close, idleMs);
    });
    serve(socket, startProcess);
  });
  const ended = once(server, 'close').then(() => {});
  let timer = setTimeout(close, firstMs);

  async function close(): Promise<void> {
    clearTimeout(timer);
    server.close();
    for (const visitor of visitors) visitor.destroy();
    await ended;
    clearTimeout(timer);
    await rm(door, { force: true });
  }

  await mkdir(dirname(door), { recursive: true, mode: 0o770 });
  await rm(door, { force: true });
  server.listen(door);
  await once(server, 'listening');
  await chmod(door, 0o600);
  return { ended, close };
}

/** What the visitor asks goes to a process, and what that answers comes back; one that fails says so in a last line. */
function serve(socket: Socket, startProcess: () => ProbeProcess): void {
  // Who breaks off is seen by its close.
  socket.on('error', () => {});
  const goes = (): void => {
    socket.end();
  };
  socket.once('end', goes);
  socket.once('data', (first: Buffer) => {
    socket.off('end', goes);
    const { asked, answers, kill, ended } = startProcess();
    socket.once('close', kill);
    // Who has gone altogether looks the same as who has nothing more to ask.
    socket.once('end', () => {
      const late = setTimeout(kill, endingMs);
      void ended.then(() => clearTimeout(late));
    });
    asked.write(first);
    socket.pipe(asked);
    answers.pipe(socket, { end: false });
    void ended.then((failure) => {
      socket.off('close', kill);
      socket.end(failure === null ? '' : `${JSON.stringify(failure)}\n`);
    });
  });
}
