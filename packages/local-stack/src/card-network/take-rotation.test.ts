import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeRotation } from './take-rotation.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'zt-rotation-'));
});
afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

test('one rotation at a time goes on, and the next one after it', async () => {
  const first = await takeRotation(stateDirectory);
  await expect(takeRotation(stateDirectory)).rejects.toThrow('is being rotated already');
  await first.release();
  await (await takeRotation(stateDirectory)).release();
});
