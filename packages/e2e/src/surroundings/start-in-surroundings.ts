import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StackControl } from '../endurance/stack-control.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'surroundings.c');

/** An app of a running stack that was put in the place of the supervisor's own, and what it sees of the machine. */
export interface Surroundings {
  /** Seconds forward, or back where it is negative. */
  putClockBy(seconds: number): Promise<void>;
  fillDisk(isFull: boolean): Promise<void>;
  /** Gives the app back to its supervisor. */
  close(): Promise<void>;
}

/** Starts an app anew so that its clock can be put and its disk be full. Needs Linux and a C compiler; throws where one is missing. */
export async function startInSurroundings(control: StackControl, app: string): Promise<Surroundings> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-around-'));
  const [library, file] = [join(directory, 'surroundings.so'), join(directory, 'surroundings')];
  await run('cc', ['-shared', '-fPIC', '-O2', '-o', library, source]);
  let around = { secondsForward: 0, diskFull: false };
  const change = async (what: Partial<typeof around>) => {
    around = { ...around, ...what };
    await write(file, around);
  };
  await change({});
  const { command, args, env } = await commandOf(control, app);
  await control.hold(app);
  const child = spawn(command, args, {
    env: { ...env, LD_PRELOAD: library, SURROUNDINGS_FILE: file },
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  return {
    putClockBy: (secondsForward) => change({ secondsForward }),
    fillDisk: (diskFull) => change({ diskFull }),
    async close() {
      child.kill('SIGTERM');
      await ended;
      await control.release(app);
      await control.untilRunning(app);
      await rm(directory, { recursive: true });
    },
  };
}

/** The same place is written each time: the app has it mapped. */
async function write(
  path: string,
  { secondsForward, diskFull }: { readonly secondsForward: number; readonly diskFull: boolean },
): Promise<void> {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64LE(BigInt(secondsForward), 0);
  bytes.writeBigInt64LE(diskFull ? 1n : 0n, 8);
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
  await file.write(bytes, 0, bytes.length, 0);
  await file.close();
}

async function commandOf(control: StackControl, app: string) {
  const { pid } = await control.untilRunning(app);
  const [command = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const pairs = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter((pair) => pair !== '');
  const env = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
  return { command, args, env };
}
