import fs, { appendFileSync, readFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { SeamCopies } from './seam.ts';

/**
 * Node loads this before the program (`--import`), in each process of a stack that a test has started with seams, and from
 * then on reads the copies instead of the files: modules, and whatever a program reads by itself.
 */
const listFile = new URL(import.meta.url).searchParams.get('copies') ?? '';
const { copies, readFile: readers } = JSON.parse(readFileSync(listFile, 'utf8')) as SeamCopies;

const told = new Set<string>();

function copyOf(file: unknown): string | undefined {
  const path = file instanceof URL && file.protocol === 'file:' ? fileURLToPath(file) : file;
  const copy = typeof path === 'string' && Object.hasOwn(copies, path) ? copies[path] : undefined;
  if (typeof path === 'string' && copy !== undefined && !told.has(path)) {
    told.add(path);
    appendFileSync(readers, `${path}\n`);
  }
  return copy;
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const copy = copyOf(url.startsWith('file:') ? fileURLToPath(url) : url);
    return copy === undefined ? loaded : { ...loaded, source: readFileSync(copy) };
  },
});

const { readFile } = fsPromises;
const { readFileSync: readAtOnce } = fs;
fsPromises.readFile = ((file: never, options: never) => readFile(copyOf(file) ?? file, options)) as typeof readFile;
fs.readFileSync = ((file: never, options: never) => readAtOnce(copyOf(file) ?? file, options)) as typeof readAtOnce;
syncBuiltinESMExports();
