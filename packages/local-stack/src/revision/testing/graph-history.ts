import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { repositoryRoot } from '../../commands/repository-root.ts';

/** Where the access graph stands in a checkout. */
export const graphFile = 'packages/access-graph/src/access-graph.ts';

/** A git checkout of a test's own, with this checkout's access graph in it and nothing else. */
export interface GraphHistory {
  readonly root: string;
  /** Commits all that is there, with the graph's text changed, under a tag. */
  commit(tag: string, change: (text: string) => string): Promise<void>;
  remove(): Promise<void>;
}

/** Its first commit is empty, and tagged `empty`. Whatever git tells the scripts that it runs is taken out of the environment. */
export async function createGraphHistory(): Promise<GraphHistory> {
  const root = await mkdtemp(join(tmpdir(), 'zt-revisions-'));
  // As where a hook of git's runs the tests.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) vi.stubEnv(name, undefined);

  function git(...args: string[]): void {
    const settings = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', ['-C', root, ...settings, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message', 'nothing');
  git('tag', 'empty');
  await mkdir(join(root, 'packages'));
  const sources = 'packages/access-graph/src';
  await cp(join(repositoryRoot, sources), join(root, sources), { recursive: true });
  return {
    root,
    async commit(tag, change) {
      const path = join(root, graphFile);
      await writeFile(path, change(await readFile(path, 'utf8')));
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', tag);
      git('tag', tag);
    },
    remove: () => rm(root, { recursive: true }),
  };
}
