import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { stackSettings } from './stack-settings.ts';

/** What a running stack writes down so that other commands find it. Holds no process id: those may belong to others by now. */
const stackRecord = z.object({
  socketDirectory: z.string(),
  controlSocket: z.string(),
  settings: stackSettings,
});
export type StackRecord = z.infer<typeof stackRecord>;

export function stateDirectoryOf(repositoryRoot: string, name: string): string {
  return join(repositoryRoot, '.zt', name);
}

/** Null where no stack was ever started there. */
export async function readStackRecord(stateDirectory: string): Promise<StackRecord | null> {
  let text: string;
  try {
    text = await readFile(join(stateDirectory, 'stack.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return stackRecord.parse(JSON.parse(text));
}

export async function writeStackRecord(stateDirectory: string, record: StackRecord): Promise<void> {
  const path = join(stateDirectory, 'stack.json');
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
