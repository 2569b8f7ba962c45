import type { Crash, ManagedProcess } from '../supervisor/process-group.ts';

/** A server inside this process that can be taken away, as if it were a process that was killed, and brought back. */
export interface InProcessServer {
  stop(): Promise<void>;
  start(): Promise<void>;
}

/**
 * The server as one of the stack's processes. Its id is the supervisor's own; a signal that ends a process stops the
 * server, which is told as a crash, and any other does nothing.
 */
export function processOfServer(
  name: string,
  server: InProcessServer,
  onCrash: (crash: Crash) => void,
): ManagedProcess {
  const exited = Promise.withResolvers<{ readonly code: null; readonly signal: NodeJS.Signals }>();
  return {
    name,
    pid: process.pid,
    exited: exited.promise,
    signal(signal) {
      if (signal !== 'SIGKILL' && signal !== 'SIGTERM') return;
      const exit = { code: null, signal };
      void server.stop().then(() => {
        exited.resolve(exit);
        onCrash({ name, exit, lastLines: '' });
      });
    },
    async stop() {
      await server.stop();
      exited.resolve({ code: null, signal: 'SIGTERM' });
    },
  };
}
