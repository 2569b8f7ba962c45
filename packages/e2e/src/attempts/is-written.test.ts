import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isWritten } from './is-written.ts';

let directory: string;
let log: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'is-written-'));
  log = join(directory, 'order.log');
  await writeFile(log, 'one\ntwo\n');
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('A line that is there, or comes soon, is written', async () => {
  expect(await isWritten(log, (line) => line === 'two')).toBe(true);
  const found = isWritten(log, (line) => line === 'three');
  await appendFile(log, 'three\n');
  expect(await found).toBe(true);
});

test('A line that does not come is not written', async () => {
  expect(await isWritten(log, (line) => line === 'three', 100)).toBe(false);
});
