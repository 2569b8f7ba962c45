import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findStaleFiles, type GeneratedTree, writeGeneratedFiles } from './generated-tree.ts';

let tree: GeneratedTree;

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'zt-generated-'));
  const files = [
    { path: 'docs/page.md', content: 'page\n' },
    { path: 'made/order.yaml', content: 'order\n' },
  ];
  tree = { root, files, folders: ['made'] };
});

afterEach(() => rm(tree.root, { recursive: true }));

it('writes what is missing or different, removes what is left over, and says so', async () => {
  await mkdir(join(tree.root, 'made/old'), { recursive: true });
  await mkdir(join(tree.root, 'docs'));
  await writeFile(join(tree.root, 'docs/page.md'), 'edited\n');
  await writeFile(join(tree.root, 'docs/by-hand.md'), 'by hand\n');
  await writeFile(join(tree.root, 'made/old/shipping.yaml'), 'shipping\n');
  const stale = [
    { path: 'docs/page.md', state: 'different' },
    { path: 'made/old/shipping.yaml', state: 'left over' },
    { path: 'made/order.yaml', state: 'missing' },
  ];
  expect(await findStaleFiles(tree)).toEqual(stale);
  expect(await writeGeneratedFiles(tree)).toEqual(stale);
  expect(await findStaleFiles(tree)).toEqual([]);
  expect(await readFile(join(tree.root, 'docs/page.md'), 'utf8')).toBe('page\n');
  expect(await readFile(join(tree.root, 'docs/by-hand.md'), 'utf8')).toBe('by hand\n');
});

it('finds nothing in a folder that is not there', async () => {
  expect(await findStaleFiles({ ...tree, files: [] })).toEqual([]);
});

it('writes only the regions of a file that people write', async () => {
  const path = join(tree.root, 'compose.yml');
  const text = (region: string) => `by: hand\n# ── from the access graph: names ──\n${region}# ── end ──\n`;
  await writeFile(path, text('old:\n'));
  const files = [{ path: 'compose.yml', regions: { names: 'order:\n' } }];
  expect(await writeGeneratedFiles({ ...tree, files })).toEqual([{ path: 'compose.yml', state: 'different' }]);
  expect(await readFile(path, 'utf8')).toBe(text('order:\n'));
  expect(await findStaleFiles({ ...tree, files })).toEqual([]);
});

it('names the file that lacks the place for a region, or is not there', async () => {
  const files = [{ path: 'compose.yml', regions: { names: 'order:\n' } }];
  await expect(findStaleFiles({ ...tree, files })).rejects.toThrow('compose.yml is not there');
  await writeFile(join(tree.root, 'compose.yml'), 'by: hand\n');
  await expect(writeGeneratedFiles({ ...tree, files })).rejects.toThrow(
    'compose.yml: there is no line “# ── from the access graph: names ──”',
  );
});
