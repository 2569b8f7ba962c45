import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/** Reads a text that nobody else may read, or makes it the first time: on disk before it is used, and never half of it. */
export function readOrMakeSecret(path: string, make: () => string): string {
  const found = readIfThere(path);
  if (found !== null) return found;
  const text = make();
  writeSecret(path, text);
  return text;
}

/** Writes a text of mode 0600 in one step. */
export function writeSecret(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
