import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StackControl } from '../endurance/stack-control.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'offset-clock.c');

/** An app of a running stack that was put in the place of the supervisor's own, with a clock that can be put. */
export interface OffsetClock {
  /** Seconds forward, or back where it is negative. */
  putBy(seconds: number): Promise<void>;
  /** Gives the app back to its supervisor. */
  close(): Promise<void>;
}

/** Starts an app anew with a clock of its own. Needs Linux and a C compiler; throws where one is missing. */
export async function startWithOffsetClock(control: StackControl, app: string): Promise<OffsetClock> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-clock-'));
  const [library, offsetFile] = [join(directory, 'offset-clock.so'), join(directory, 'offset')];
  await run('cc', ['-shared', '-fPIC', '-O2', '-o', library, source]);
  await write(offsetFile, 0);
  const { command, args, env } = await commandOf(control, app);
  await control.hold(app);
  const child = spawn(command, args, {
    env: { ...env, LD_PRELOAD: library, CLOCK_OFFSET_FILE: offsetFile },
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  return {
    putBy: (seconds) => write(offsetFile, seconds),
    async close() {
      child.kill('SIGTERM');
      await ended;
      await control.release(app);
      await control.pidOf(app);
      await rm(directory, { recursive: true });
    },
  };
}

/** The same place is written each time: the app has it mapped. */
async function write(file: string, seconds: number): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(seconds));
  const opened = await open(file, 'a+').then(async (created) => {
    await created.close();
    return await open(file, 'r+');
  });
  await opened.write(bytes, 0, bytes.length, 0);
  await opened.close();
}

async function commandOf(control: StackControl, app: string) {
  const pid = await control.pidOf(app);
  const [command = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const pairs = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter((pair) => pair !== '');
  const env = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]));
  return { command, args, env };
}
