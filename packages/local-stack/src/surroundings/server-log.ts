import { mkdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { closeLog, logPath, openLog, rotateLargeLog, setAsideLog } from '../supervisor/process-log.ts';

/** The log of a server that runs inside the supervisor, where the logs of processes are: JSON lines. */
export interface ServerLog {
  /** Adds the time and the server's name where the event has none. */
  write(event: object): void;
  close(): void;
}

const rotationCheckMs = 30_000;

export async function openServerLog(stateDirectory: string, service: string): Promise<ServerLog> {
  const directory = join(stateDirectory, 'logs');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = logPath(directory, service);
  await setAsideLog(path);
  const descriptor = openLog(path);
  const rotation = setInterval(() => void rotateLargeLog(path).catch(() => undefined), rotationCheckMs).unref();
  let open = true;
  return {
    write(event) {
      if (!open) return;
      writeSync(
        descriptor,
        `${JSON.stringify({ level: 'info', time: new Date().toISOString(), service, ...event })}\n`,
      );
    },
    close() {
      if (!open) return;
      open = false;
      clearInterval(rotation);
      closeLog(descriptor);
    },
  };
}
