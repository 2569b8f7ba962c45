import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;
const file = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt seams-'));
  await writeFile(file('answer.ts'), "export const answer: string = 'checked';");
  await writeFile(
    file('main.mts'),
    [
      "import fs from 'node:fs';",
      "import { readFileSync } from 'node:fs';",
      "import { readFile } from 'node:fs/promises';",
      "import { answer } from './answer.ts';",
      `const plain = ${JSON.stringify(file('plain.txt'))};`,
      "console.log(answer, readFileSync(plain, 'utf8'), await readFile(plain, 'utf8'),",
      "  fs.readFileSync(new URL('plain.txt', import.meta.url), 'utf8'));",
    ].join('\n'),
  );
  await writeFile(file('plain.txt'), 'checked');
  await writeFile(file('copy-of-answer'), "export const answer: string = 'off';");
  await writeFile(file('copy-of-plain'), 'off');
});
afterEach(() => rm(directory, { recursive: true }));

async function run(copies: Readonly<Record<string, string>>): Promise<string> {
  await writeFile(file('copies.json'), JSON.stringify({ copies, readFile: file('read') }));
  await writeFile(file('read'), '');
  const hook = pathToFileURL(join(import.meta.dirname, 'apply-seams.ts'));
  hook.searchParams.set('copies', file('copies.json'));
  const env = { ...process.env, NODE_OPTIONS: `--import=${hook.href}` };
  return execFileSync(process.execPath, [file('main.mts')], { env, encoding: 'utf8' }).trim();
}

test('a process reads the copies of modules and of other files, however it reads them', async () => {
  const copies = { [file('answer.ts')]: file('copy-of-answer'), [file('plain.txt')]: file('copy-of-plain') };
  expect(await run(copies)).toBe('off off off off');
});

test('what has no copy is as it was', async () => {
  expect(await run({})).toBe('checked checked checked checked');
});

test('whoever reads a copy says so', async () => {
  await run({ [file('answer.ts')]: file('copy-of-answer'), [file('other.ts')]: file('copy-of-answer') });
  expect(await readFile(file('read'), 'utf8')).toBe(`${file('answer.ts')}\n`);
});
