import { expect, test } from 'vitest';
import { missingLine, readTour } from './read-tour.ts';

const page = [
  'Words.',
  '```sh',
  'npx -y pnpm@12 zt up --detach   # about ten seconds',
  'npx -y pnpm@12 zt status',
  '```',
  'More words.',
  '```text',
  'gateway  …  running',
  '',
  '```',
  '```bash',
  "sed -i 's/a/b/' file",
  '```',
].join('\n');

test('a page gives its commands, each with what it is said to print', () => {
  expect(readTour(page)).toEqual([
    { command: 'npx -y pnpm@12 zt up --detach', shows: [] },
    { command: 'npx -y pnpm@12 zt status', shows: ['gateway  …  running'] },
    { command: "sed -i 's/a/b/' file", shows: [] },
  ]);
});

test('a page that begins with what is printed is told so', () => {
  expect(() => readTour('```text\nsomething\n```')).toThrow('before any command');
});

test('lines have to come in their order, with others between them and any number of spaces in them', () => {
  const output = 'first 1\nbetween\n  second   two\nthird';
  expect(missingLine(['first …', 'second two', '…', 'third'], output)).toBeUndefined();
  expect(missingLine(['second two', 'first …'], output)).toBe('first …');
  expect(missingLine(['first'], output)).toBe('first');
  expect(missingLine(['second (two)'], output)).toBe('second (two)');
});

test('one line of the output stands for one line of the page', () => {
  expect(missingLine(['✔ allowed', '✔ allowed'], '✔ allowed')).toBe('✔ allowed');
});
