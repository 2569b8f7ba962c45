import { closeSync, openSync } from 'node:fs';
import { chmod, copyFile, open, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const rotateAboveBytes = 16 * 1024 * 1024;
const tailBytes = 64 * 1024;

export function logPath(logDirectory: string, name: string): string {
  return join(logDirectory, `${name}.log`);
}

/** Opens a log for a child to append to. Private: logs name users and orders. */
export function openLog(path: string): number {
  return openSync(path, 'a', 0o600);
}

export function closeLog(descriptor: number): void {
  closeSync(descriptor);
}

/** Puts the log of an earlier run aside; the one before that is gone. */
export async function setAsideLog(path: string): Promise<void> {
  if ((await logSize(path)) > 0) await rename(path, `${path}.1`);
}

/** Keeps a running child's log bounded. The child's descriptor appends, so it goes on at the start of the emptied file. */
export async function rotateLargeLog(path: string, limitBytes = rotateAboveBytes): Promise<void> {
  if ((await logSize(path)) <= limitBytes) return;
  await copyFile(path, `${path}.1`);
  await chmod(`${path}.1`, 0o600);
  await truncate(path, 0);
}

/** Zero where there is no log yet. */
export async function logSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** The text from `offset` bytes on; from the start where the log has been rotated since. */
export async function readLogFrom(path: string, offset: number): Promise<string> {
  const size = await logSize(path);
  if (size === 0) return '';
  const start = offset > size ? 0 : offset;
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

export async function tailLog(path: string, lines: number): Promise<string> {
  const text = await readLogFrom(path, Math.max(0, (await logSize(path)) - tailBytes));
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
