import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../commands/repository-root.ts';
import { faultTable } from './fault-table.ts';
import { faults } from './faults.ts';

const page = join(repositoryRoot, 'docs', 'faults.md');
const howToUpdate =
  'docs/faults.md is not up to date: npx -y pnpm@12 --filter @zt/local-stack test fault-page -u writes its table';

test('the page about faults has every fault, with what comes of it', async () => {
  const text = await readFile(page, 'utf8');
  const table = /(?<=<!-- faults -->\n\n).*?(?=\n\n<!-- end of faults -->)/s;
  expect(text, 'the table stands between two comments').toMatch(table);
  await expect(
    text.replace(table, () => faultTable(faults)),
    howToUpdate,
  ).toMatchFileSnapshot(page);
});
