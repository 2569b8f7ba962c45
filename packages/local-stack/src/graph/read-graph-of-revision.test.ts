import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessGraph, graphDiff } from '@zt/access-graph';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createGraphHistory, type GraphHistory, graphFile } from '../revision/testing/graph-history.ts';
import { readGraphOfRevision } from './read-graph-of-revision.ts';

let history: GraphHistory;
let root: string;
let places: string;

beforeAll(async () => {
  history = await createGraphHistory();
  root = history.root;
  places = join(root, '.git/places');
  await mkdir(places);
  vi.stubEnv('TMPDIR', places);
  await history.commit('same', (text) => text);
  await history.commit('wider', (text) => text.replace("roles: ['finance'],", ''));
  await history.commit('faulty', (text) => text.replace("entryPoint: 'gateway'", "entryPoint: 'getaway'"));
  await history.commit(
    'nosy',
    (text) => `import { readFileSync } from 'node:fs';\nreadFileSync('/etc/hosts');\n${text}`,
  );
  await history.commit('other', () => "export const accessGraph = { services: 'none' };\n");
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await history.remove();
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
