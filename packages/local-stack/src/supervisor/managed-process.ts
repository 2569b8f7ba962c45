import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { launchCommand } from './launch-command.ts';
import type { ManagedProcess, ProcessDescription, ProcessExit } from './process-group.ts';

export type ProcessOutput = 'pipe' | { readonly descriptor: number };

export interface SpawnedProcess {
  readonly child: ChildProcess;
  readonly managed: ManagedProcess;
  /** Whether it was asked to stop. */
  stopping(): boolean;
}

const defaultGraceMs = 10_000;

/** Starts a program; throws where it can't be started at all. Each leads a process group, so that Ctrl-C reaches the supervisor only. */
export async function spawnProcess(description: ProcessDescription, output: ProcessOutput): Promise<SpawnedProcess> {
  const launch = launchCommand(description, {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    path: process.env.PATH ?? '',
  });
  const child = spawn(launch.command, launch.args, {
    detached: true,
    env: { ...inheritedEnvironment(), ...description.env },
    stdio: output === 'pipe' ? ['pipe', 'pipe', 'pipe'] : ['ignore', output.descriptor, output.descriptor],
    ...(description.cwd === undefined ? {} : { cwd: description.cwd }),
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      // What it started, such as Vault's plugins, is of its group, and must not outlive it.
      if (child.pid !== undefined) killGroup(child.pid);
      resolve({ code, signal });
    });
  });
  await once(child, 'spawn').catch((error: unknown) => {
    throw new Error(`${description.name} could not be started`, { cause: error });
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${description.name} could not be started`);

  let stopping = false;
  const running = () => child.exitCode === null && child.signalCode === null;
  const managed: ManagedProcess = {
    name: description.name,
    pid,
    exited,
    signal(signal) {
      if (running()) child.kill(signal);
    },
    async stop(graceMs = defaultGraceMs) {
      stopping = true;
      if (running()) {
        child.kill(description.stopSignal ?? 'SIGTERM');
        // A stopped process gets no signal but SIGKILL before it goes on.
        child.kill('SIGCONT');
      }
      const grace = new AbortController();
      const timeUp = delay(graceMs, 'time up' as const, { signal: grace.signal }).catch(() => 'gone' as const);
      if ((await Promise.race([exited, timeUp])) === 'time up') killGroup(pid);
      grace.abort();
      await exited;
    },
  };
  return { child, managed, stopping: () => stopping };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // macOS says EPERM of a group whose last process has ended.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function inheritedEnvironment(): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_COMPILE_CACHE']) {
    const value = process.env[name];
    if (value !== undefined) inherited[name] = value;
  }
  return inherited;
}
