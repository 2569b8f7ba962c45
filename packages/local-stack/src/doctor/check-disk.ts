import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ExaminedStack } from './examined-stack.ts';
import type { Finding } from './finding.ts';

/** Two spools that are full, and what Postgres needs to go on. */
const leastBytes = 1024 * 1024 * 1024;

/** Whether there is room for the records of decisions, without which nothing that moves money or stock goes on. */
export async function checkDisk(
  { stateDirectory }: Pick<ExaminedStack, 'stateDirectory'>,
  freeBytes: (path: string) => Promise<number> = freeBytesAt,
): Promise<Finding[]> {
  const free = await freeBytes(stateDirectory).catch(() => freeBytes(dirname(dirname(stateDirectory))));
  if (free >= leastBytes) return [];
  return [
    {
      subject: 'disk',
      what: `has ${Math.floor(free / 1024 / 1024)} MiB left where the stack keeps its state`,
      since: null,
      todo: 'make room: services refuse to move money and stock where a decision cannot be recorded',
    },
  ];
}

async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
