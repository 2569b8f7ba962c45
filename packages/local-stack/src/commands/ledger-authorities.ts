import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { places } from '../compose/places.ts';
import { svidFiles } from '../sidecar/svid-files.ts';
import { stateDirectoryOf } from '../stack/stack-record.ts';

/** In the place of a file: for those who can't write one, as in a container. */
export const standardStream = '-';

/** The export of a ledger. Throws an error for people where the file can't be read. */
export async function readExport(file: string): Promise<string> {
  if (file === standardStream) return await text(process.stdin);
  return await readFile(file, 'utf8').catch(
    unreadable(file, 'what is verified is a file that zt ledger export has written'),
  );
}

/**
 * The authorities that vouch for who signed a ledger, PEM: of the file, or else of the stack of that name, which need not
 * run. Throws an error for people where there are none.
 */
export async function readAuthorities(
  repositoryRoot: string,
  { name, bundle }: { readonly name: string; readonly bundle?: string },
): Promise<string> {
  if (bundle !== undefined) {
    const wanted = "--bundle wants the file of the trust domain's authorities, PEM";
    return await readFile(bundle, 'utf8').catch(unreadable(bundle, wanted));
  }
  const own = await ofStack(repositoryRoot, name);
  if (own !== null) return own;
  const others = await namesOfStacks(repositoryRoot);
  const todo = others.length === 0 ? 'say' : `say --name with the one that wrote it (${others.join(', ')}), or`;
  throw new Error(
    `no stack ${name} was started here, whose authorities would vouch for the ledger: ${todo} --bundle with a file of them`,
  );
}

function ofStack(repositoryRoot: string, name: string): Promise<string | null> {
  const bundleFile =
    enclosingStack()?.name === name
      ? places.trustBundle
      : svidFiles(join(stateDirectoryOf(repositoryRoot, name), 'svid/postgres')).bundleFile;
  return readFile(bundleFile, 'utf8').catch(() => null);
}

async function namesOfStacks(repositoryRoot: string): Promise<string[]> {
  const names = await readdir(dirname(stateDirectoryOf(repositoryRoot, 'any'))).catch(() => []);
  const found = await Promise.all(names.map((name) => ofStack(repositoryRoot, name)));
  return names.filter((_, index) => found[index] !== null).toSorted();
}

function unreadable(file: string, wanted: string): (error: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new Error(`${file} can't be read (${cause.code ?? 'unknown'}): ${wanted}`, { cause });
  };
}
