import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { repositoryRoot } from '../seams/write-copies.ts';
import type { ControlResult } from './control-result.ts';
import type { TriedPath } from './try-paths.ts';

/** What is kept of a result: of paths that held nothing but that they did. */
type KeptResult = Pick<ControlResult, 'alone' | 'withoutBoth'>;

interface KeptResults {
  /** The commit that they are of. */
  readonly commit: string;
  readonly byControl: Readonly<Record<string, KeptResult>>;
}

/** The results of a run that goes on where one before it ended, as long as the source is the same. */
export interface ResultFile {
  readonly byControl: Map<string, KeptResult>;
  add(result: ControlResult): Promise<void>;
}

/** Begins anew where nothing is there, or what is there is of another commit. */
export async function openResultFile(file: string): Promise<ResultFile> {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repositoryRoot, encoding: 'utf8' }).trim();
  const kept = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as KeptResults,
    () => null,
  );
  const byControl = new Map(kept?.commit === commit ? Object.entries(kept.byControl) : []);
  return {
    byControl,
    async add({ control, alone, withoutBoth }) {
      byControl.set(control.id, { alone: noticed(alone), withoutBoth: withoutBoth && noticed(withoutBoth) });
      const results: KeptResults = { commit, byControl: Object.fromEntries(byControl) };
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
    },
  };
}

function noticed(tried: readonly TriedPath[]): readonly TriedPath[] {
  return tried.filter(({ outcome }) => outcome.kind !== 'held');
}
