import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SpawnedProcess, spawnProcess } from './managed-process.ts';
import type { Crash, ManagedProcess, ProcessGroup } from './process-group.ts';
import { closeLog, logPath, openLog, rotateLargeLog, setAsideLog, tailLog } from './process-log.ts';
import { runToEnd } from './run-to-end.ts';

const rotationCheckMs = 30_000;
const crashLines = 20;

/**
 * Owns the processes of one stack; their logs are in `<stateDirectory>/logs`. `onCrash` is told of each that ends by
 * itself. On Linux the kernel ends them all when this process dies, however it dies.
 */
export async function createProcessGroup(options: {
  readonly stateDirectory: string;
  readonly onCrash: (crash: Crash) => void;
}): Promise<ProcessGroup> {
  const logDirectory = join(options.stateDirectory, 'logs');
  await mkdir(logDirectory, { recursive: true, mode: 0o700 });
  const processes = new Map<string, SpawnedProcess>();
  const opened = new Set<string>();
  let closed = false;

  const rotation = setInterval(() => {
    for (const name of opened) rotateLargeLog(logPath(logDirectory, name)).catch(() => undefined);
  }, rotationCheckMs);
  rotation.unref();

  const reportCrash = async (spawned: SpawnedProcess): Promise<void> => {
    const exit = await spawned.managed.exited;
    const { name } = spawned.managed;
    if (processes.get(name) === spawned) processes.delete(name);
    if (spawned.stopping()) return;
    options.onCrash({ name, exit, lastLines: await tailLog(logPath(logDirectory, name), crashLines) });
  };

  return {
    async start(description): Promise<ManagedProcess> {
      const { name } = description;
      if (closed) throw new Error(`${name} is not started: the stack is stopping`);
      if (processes.has(name)) throw new Error(`${name} is running already`);
      const path = logPath(logDirectory, name);
      if (!opened.has(name)) await setAsideLog(path);
      opened.add(name);
      const descriptor = openLog(path);
      try {
        const spawned = await spawnProcess(description, { descriptor });
        processes.set(name, spawned);
        void reportCrash(spawned);
        if (closed) await spawned.managed.stop();
        return spawned.managed;
      } finally {
        closeLog(descriptor);
      }
    },

    run: (description) => runToEnd(description),

    tail: (name, lines) => tailLog(logPath(logDirectory, name), lines),

    async stopAll() {
      closed = true;
      clearInterval(rotation);
      for (const spawned of [...processes.values()].reverse()) await spawned.managed.stop();
    },
  };
}
