import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeUpRecord } from '@zt/kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLedger } from './follow-ledger.ts';

let spoolDirectory: string;
let file: string;
beforeEach(async () => {
  spoolDirectory = await mkdtemp(join(tmpdir(), 'zt-story-'));
  await mkdir(join(spoolDirectory, 'order'));
  file = join(spoolDirectory, 'order', 'order.jsonl');
});
afterEach(() => rm(spoolDirectory, { recursive: true }));

const line = (decisionId: string): string => `${JSON.stringify(madeUpRecord({ decisionId, detail: 'ü' }))}\n`;

test('Only what is recorded from now on is read, and each record once', async () => {
  await writeFile(file, line('before'));
  const follower = await followLedger({ spoolDirectory });
  expect(await follower.read()).toEqual([]);
  await appendFile(file, line('first') + line('second'));
  expect((await follower.read()).map(({ decisionId }) => decisionId)).toEqual(['first', 'second']);
  await appendFile(file, line('third'));
  expect((await follower.read()).map(({ decisionId }) => decisionId)).toEqual(['third']);
});

test('A half written line waits until it is whole', async () => {
  const follower = await followLedger({ spoolDirectory });
  const text = line('only');
  await writeFile(file, text.slice(0, 40));
  expect(await follower.read()).toEqual([]);
  await appendFile(file, text.slice(40));
  expect((await follower.read()).map(({ decisionId }) => decisionId)).toEqual(['only']);
});
