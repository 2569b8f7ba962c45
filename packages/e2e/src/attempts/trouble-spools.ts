import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ground, Seen, Trial } from './trouble-trial.ts';

const run = promisify(execFile);

/** Until a spool of the size that a trial's stack is started with is full. */
const untilFullMs = 180_000;
const roomBytes = 16_384;

/** Throws where a question was not answered meanwhile. */
async function readsWentOn(_ground: Ground, { answers, failedAt, mendedAt }: Seen): Promise<void> {
  const reads = answers.filter(({ kind, at }) => kind === 'read' && at > failedAt && at < mendedAt);
  const refused = reads.filter(({ code }) => code !== 'OK');
  if (reads.length === 0 || refused.length > 0) throw new Error(`${refused.length} of ${reads.length} reads failed`);
}

/** How large a process's files may become: what util-linux's `prlimit` sets, as a disk without room would. */
async function limitFiles({ control }: Ground, process: string, bytes: number | 'unlimited'): Promise<void> {
  await run('prlimit', ['--pid', String(await control.pidOf(process)), `--fsize=${bytes}:`]);
}

async function spoolBytes({ world }: Ground, service: string): Promise<number> {
  const directory = join(world.stack.spoolDirectory, service);
  const files = (await readdir(directory)).filter((file) => file.endsWith('.jsonl'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size));
  return Math.max(...sizes);
}

/** Where records wait for the ledger. */
export const troublesOfSpools: readonly Trial[] = [
  {
    id: 'trouble/spool-full',
    title: 'The ledger is away until spools are full: what moves money is refused, reads go on',
    part: 'audit',
    expected: { code: '503', reasons: ['record_not_kept'] },
    fail: ({ control }) => control.hold('audit'),
    mend: ({ control }) => control.release('audit'),
    longestMs: untilFullMs,
    check: readsWentOn,
  },
  {
    id: 'trouble/disk-full',
    title: "There is no room left for order's records: no order is taken unrecorded",
    part: 'order',
    expected: { code: '503', reasons: [] },
    fail: async (ground) => limitFiles(ground, 'order', (await spoolBytes(ground, 'order')) + roomBytes),
    mend: (ground) => limitFiles(ground, 'order', 'unlimited'),
    longestMs: 60_000,
  },
];
