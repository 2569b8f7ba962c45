import { readFile, rename, writeFile } from 'node:fs/promises';

/** Gives a file this text, as a whole and with mode 0600. Tells what it was before. */
export async function writeChanged(file: string, text: string): Promise<'same' | 'missing' | 'different'> {
  const before = await readIfThere(file);
  if (before === text) return 'same';
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return before === null ? 'missing' : 'different';
}

/** Null where there is no such file. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
