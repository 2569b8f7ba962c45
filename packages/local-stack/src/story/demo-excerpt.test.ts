import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../commands/repository-root.ts';
import { demoExcerpt } from './testing/demo-excerpt.ts';
import { plain } from './testing/made-up.ts';

const readme = join(repositoryRoot, 'README.md');
const howToUpdate =
  'README.md does not show what the demo prints: npx -y pnpm@12 --filter @zt/local-stack test demo-excerpt -u writes it';

test('The README shows what the demo prints', async () => {
  const text = await readFile(readme, 'utf8');
  const shown = /(?<=^```text\n)(?=1\. One order)(?:(?!```).*\n)*/gm;
  expect(text.match(shown), 'there is one block of the story').toHaveLength(1);
  const current = text.replace(shown, () => `${demoExcerpt(plain).join('\n')}\n`);
  await expect(current, howToUpdate).toMatchFileSnapshot(readme);
});
