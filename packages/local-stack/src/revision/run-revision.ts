import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar';
import { messageOf } from '../error-message.ts';
import { commitOf, git } from './git.ts';
import { runAlone } from './run-alone.ts';

/** Where the access graph's package is in a checkout, and the graph in it. */
export const folderOfGraph = 'packages/access-graph';
export const fileOfGraph = `${folderOfGraph}/src/access-graph.ts`;

export interface RevisionRun<Printed> {
  readonly root: string;
  readonly revision: string;
  /** Of which people are told that it cannot be read. */
  readonly what: string;
  /** Code that prints: `process.argv[1]` is the folder that holds the revision's access graph, as in a checkout. */
  readonly print: string;
  readonly parse: (printed: string) => Printed;
}

/**
 * What code of a git revision of the checkout at `root` prints. The access graph's package is taken from git into a folder
 * that is gone afterwards, and run there by itself: it can read that folder only, and can write and start nothing.
 */
export async function runRevision<Printed>(run: RevisionRun<Printed>): Promise<Printed> {
  const { root, revision, what, print, parse } = run;
  const commit = await commitOf(root, revision);
  await git(root, ['cat-file', '-e', `${commit}:${fileOfGraph}`]).catch(() => {
    throw new Error(`the revision ${revision} has no access graph: there is no ${fileOfGraph} in it`);
  });
  const place = await realpath(await mkdtemp(join(tmpdir(), 'zt-graph-')));
  try {
    const archive = join(place, 'revision.tar');
    await git(root, ['archive', '--format=tar', `--output=${archive}`, commit, folderOfGraph]);
    await extract({ file: archive, cwd: place, filter: (_path, entry) => !('type' in entry) || isPlain(entry.type) });
    await writeFile(join(place, 'package.json'), '{ "type": "module" }');
    return parse(await runAlone(print, place, place));
  } catch (error) {
    throw new Error(`the ${what} of the revision ${revision} cannot be read: ${shortened(messageOf(error))}`, {
      cause: error,
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function isPlain(type: string): boolean {
  return type === 'File' || type === 'Directory';
}

/** Where a program failed, its error's message starts with the whole command. */
function shortened(message: string): string {
  const lines = message.split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line.trim()))?.trim() ?? lines.slice(0, 3).join(' ').slice(0, 300);
}
