import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { GeneratedFile } from './generated-file.ts';
import { withRegions } from './generated-regions.ts';

/** A file that is not as the graph has it. */
export interface StaleFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly state: 'missing' | 'different' | 'left over';
}

/** What lies in a checkout and what should lie there. */
export interface GeneratedTree {
  readonly root: string;
  readonly files: readonly GeneratedFile[];
  /** Folders with nothing else in them. */
  readonly folders: readonly string[];
}

/**
 * The files of a checkout that differ from a fresh run, by path; none where all is as it should be. Throws where a file that
 * people write lacks a place for what is made, and names both.
 */
export async function findStaleFiles({ root, files, folders }: GeneratedTree): Promise<StaleFile[]> {
  const compared = await Promise.all(files.map((file) => compare(root, file)));
  const wanted = new Set(files.map(({ path }) => path));
  const there = (await Promise.all(folders.map((folder) => filesIn(root, folder)))).flat();
  const leftOver = there.filter((path) => !wanted.has(path)).map((path) => ({ path, state: 'left over' }) as const);
  return [...compared.flat(), ...leftOver].toSorted((first, second) => (first.path < second.path ? -1 : 1));
}

/** Makes the checkout as a fresh run has it, and says which files were not. */
export async function writeGeneratedFiles(tree: GeneratedTree): Promise<StaleFile[]> {
  const stale = await findStaleFiles(tree);
  for (const { path, state } of stale) {
    const target = join(tree.root, path);
    if (state === 'left over') {
      await rm(target);
      continue;
    }
    await mkdir(dirname(target), { recursive: true });
    const file = tree.files.find((each) => each.path === path);
    if (file !== undefined) await writeFile(target, contentOf(file, await read(tree.root, path)));
  }
  return stale;
}

async function compare(root: string, file: GeneratedFile): Promise<StaleFile[]> {
  const found = await read(root, file.path);
  if (found === contentOf(file, found)) return [];
  return [{ path: file.path, state: found === null ? 'missing' : 'different' }];
}

function contentOf(file: GeneratedFile, found: string | null): string {
  if ('content' in file) return file.content;
  if (found === null) throw new Error(`${file.path} is not there, and only parts of it are made`);
  try {
    return withRegions(found, file.regions);
  } catch (error) {
    throw new Error(`${file.path}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

async function read(root: string, path: string): Promise<string | null> {
  return await readFile(join(root, path), 'utf8').catch(whenNotThere(null));
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(whenNotThere([]));
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function whenNotThere<Instead>(instead: Instead): (error: unknown) => Instead {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead;
    throw error;
  };
}
