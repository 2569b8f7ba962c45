import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { attempts, attemptsWithDex, troubles } from './attempts/index.ts';
import { pathCount, pathTable, writtenPathCount } from './path-table.ts';
import { groupOf, requirements } from './requirements.ts';

const readme = new URL('../README.md', import.meta.url);
const howToUpdate =
  'packages/e2e/README.md is not up to date: npx -y pnpm@12 --filter @zt/e2e test path-table -u writes its table';

test('the README has every path, with what it proves', async () => {
  const text = await readFile(readme, 'utf8');
  const table = /(?<=<!-- paths -->\n\n).*?(?=\n\n<!-- end of paths -->)/s;
  expect(text, 'the table stands between two comments').toMatch(table);
  const ofTroubles = /(?<=<!-- troubles -->\n\n).*?(?=\n\n<!-- end of troubles -->)/s;
  expect(text, 'so does the one of troubles').toMatch(ofTroubles);
  const ofIssuers = /(?<=<!-- issuers -->\n\n).*?(?=\n\n<!-- end of issuers -->)/s;
  expect(text, 'and the one of other issuers').toMatch(ofIssuers);
  const current = text
    .replace(table, () => `${writtenPathCount(attempts)}\n\n${pathTable(attempts)}`)
    .replace(ofIssuers, () => pathTable(attemptsWithDex.filter((attempt) => !attempts.includes(attempt))))
    .replace(ofTroubles, () => pathTable(troubles));
  await expect(current, howToUpdate).toMatchFileSnapshot(readme.pathname);
});

test('every group of paths says what has to hold, and every requirement has paths', () => {
  expect(Object.keys(requirements).toSorted()).toEqual(
    [...new Set([...attempts, ...attemptsWithDex, ...troubles].map(({ id }) => groupOf(id)))].toSorted(),
  );
});

test('a requirement stands beside the first of its paths, and a refusal names its reasons', () => {
  const path = { id: 'token/a', title: 'first', expected: { code: 'OK', reasons: [] } };
  const refused = { ...path, id: 'token/b', title: 'second', expected: { code: '401', reasons: ['one', 'two'] } };
  expect(pathTable([path, refused]).split('\n').slice(2)).toEqual([
    `| ${requirements.token} | \`token/a\` | first | OK |`,
    '|  | `token/b` | second | 401: one, two |',
  ]);
});

test('what follows from the access graph is told by what it has in common, and not counted', () => {
  const path = { id: 'edge/a', title: 'first', expected: { code: 'NO', reasons: ['one', 'two'] } };
  const other = { ...path, id: 'edge/b', expected: { code: 'NO', reasons: ['one'] } };
  const free = { ...path, id: 'edge/c', expected: { code: 'OK', reasons: [] } };
  const [refused, allowed, ...others] = pathTable([path, other, free]).split('\n').slice(2);
  expect(refused).toMatch(/`edge\/…` \| every other call, .* \| NO: one \|$/);
  expect(allowed).toMatch(/\| {2}\| `edge\/…` \| every call for which .* \| OK \|$/);
  expect(others).toEqual([]);
  expect(writtenPathCount([path, { ...path, id: 'token/a' }])).toMatch(/^1 paths/);
});

test('paths are counted by what has to come of them', () => {
  const path = { id: 'token/a', title: 'first', expected: { code: 'OK', reasons: [] } };
  const refused = { ...path, id: 'token/b', expected: { code: '401', reasons: ['one'] } };
  expect(pathCount([path, refused, refused])).toBe('3 paths: 1 have to be free, 2 have to be refused.');
});
