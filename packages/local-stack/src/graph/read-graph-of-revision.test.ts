import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessGraph, graphDiff } from '@zt/access-graph';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readGraphOfRevision } from './read-graph-of-revision.ts';

const graphFile = 'packages/access-graph/src/access-graph.ts';
let root: string;
let places: string;

function git(...args: string[]): void {
  const settings = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['-C', root, ...settings, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function commit(tag: string, change: (text: string) => string): Promise<void> {
  const path = join(root, graphFile);
  await writeFile(path, change(await readFile(path, 'utf8')));
  git('add', '--all');
  git('commit', '--quiet', '--message', tag);
  git('tag', tag);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zt-revisions-'));
  places = join(root, '.git/places');
  // As where a hook of git's runs the tests.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) vi.stubEnv(name, undefined);
  git('init', '--quiet');
  await mkdir(places);
  vi.stubEnv('TMPDIR', places);
  git('commit', '--quiet', '--allow-empty', '--message', 'nothing');
  git('tag', 'empty');
  await mkdir(join(root, 'packages'));
  const sources = join(import.meta.dirname, '../../../access-graph/src');
  await cp(sources, join(root, 'packages/access-graph/src'), { recursive: true });
  await commit('same', (text) => text);
  await commit('wider', (text) => text.replace("roles: ['finance'],", ''));
  await commit('faulty', (text) => text.replace("entryPoint: 'gateway'", "entryPoint: 'getaway'"));
  await commit('nosy', (text) => `import { readFileSync } from 'node:fs';\nreadFileSync('/etc/hosts');\n${text}`);
  await commit('other', () => "export const accessGraph = { services: 'none' };\n");
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('the graph of a revision is read with the code of that revision', async () => {
  expect(await readGraphOfRevision(root, 'same')).toEqual(accessGraph);
  const words = graphDiff(await readGraphOfRevision(root, 'wider'), accessGraph).map((change) => change.words);
  expect(words).toEqual(['gateway/RefundOrder now asks for the role finance']);
});

test.each([
  ['nowhere', 'there is no git revision nowhere here'],
  ['--help', 'there is no git revision --help here'],
  ['empty', `the revision empty has no access graph: there is no ${graphFile} in it`],
  ['faulty', 'the access graph of the revision faulty cannot be read: TypeError: the access graph has faults'],
  ['nosy', 'the access graph of the revision nosy cannot be read: Error: Access to this API has been restricted'],
  ['other', 'the access graph of the revision other cannot be read'],
])('a revision such as %s is an error that says why', async (revision, message) => {
  await expect(readGraphOfRevision(root, revision)).rejects.toThrow(message);
});

test('where there is no git checkout, it says so', async () => {
  const bare = await mkdtemp(join(tmpdir(), 'bare-'));
  vi.stubEnv('GIT_CEILING_DIRECTORIES', places);
  await expect(readGraphOfRevision(bare, 'HEAD')).rejects.toThrow('no git checkout');
  await rm(bare, { recursive: true });
});

test('nothing is left of what was read', async () => {
  expect(await readdir(places)).toEqual([]);
});
