import { cpSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './run-node.ts';
import { type Seam, type SeamCopies, withSeams } from './seam.ts';

export const repositoryRoot = fileURLToPath(new URL('../../../..', import.meta.url));

const policyFolder = 'packages/policy';

/**
 * Writes the changed copies of all files that the seams name into a directory, and gives the file that says which copy is
 * whose. Throws where a seam's text does not stand in its file exactly once.
 */
export async function writeCopies(seams: readonly Seam[], directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const copies: Record<string, string> = {};
  for (const [index, [file, ofFile]] of [...Map.groupBy(seams, ({ file }) => file)].entries()) {
    const original = join(repositoryRoot, file);
    const text = withSeams(file, await readFile(original, 'utf8'), ofFile);
    if (file.endsWith('.rego')) {
      copies[join(repositoryRoot, policyFolder, 'policy.wasm')] = await compiled(text, join(directory, 'policy'));
    } else {
      const copy = join(directory, `${index}-${file.slice(file.lastIndexOf('/') + 1)}`);
      await writeFile(copy, text, { mode: 0o600 });
      copies[original] = copy;
    }
  }
  const listFile = join(directory, 'copies.json');
  const list: SeamCopies = { copies, readFile: join(directory, 'read') };
  await writeFile(list.readFile, '', { mode: 0o600 });
  await writeFile(listFile, JSON.stringify(list), { mode: 0o600 });
  return listFile;
}

/** As the policy's own package compiles it, from a copy of that package. */
async function compiled(rego: string, directory: string): Promise<string> {
  cpSync(join(repositoryRoot, policyFolder, 'src'), join(directory, 'src'), { recursive: true });
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await writeFile(join(directory, 'authz.rego'), rego);
  await runNode([join(directory, 'src/build-policy.ts')]);
  return join(directory, 'policy.wasm');
}

/** Throws where nobody has read a copy: what was changed in it does not happen. */
export async function assertAllRead(listFile: string): Promise<void> {
  const { copies, readFile: readers } = JSON.parse(await readFile(listFile, 'utf8')) as SeamCopies;
  const read = new Set((await readFile(readers, 'utf8')).split('\n'));
  const unread = Object.keys(copies).filter((file) => !read.has(file));
  if (unread.length > 0) throw new Error(`no process of the stack has read what a seam changes: ${unread.join(', ')}`);
}
