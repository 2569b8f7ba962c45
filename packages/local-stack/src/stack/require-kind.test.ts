import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireKind } from './require-kind.ts';
import { writeStackRecord } from './stack-record.ts';
import { demoSettings } from './stack-settings.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'zt-kind-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

test('A folder that no stack has used is free for either kind', async () => {
  await requireKind(stateDirectory, { kind: 'native', name: 'two' });
  await requireKind(stateDirectory, { kind: 'embedded', name: 'two' });
});

test('A folder is of the kind of the stack that used it first, and whoever wants another is told what to do', async () => {
  const settings = { ...demoSettings, kind: 'native' as const, name: 'two' };
  await writeStackRecord(stateDirectory, { socketDirectory: '/tmp/zt-1', controlSocket: '/tmp/zt-1/c', settings });
  await requireKind(stateDirectory, { kind: 'native', name: 'two' });
  const refused = requireKind(stateDirectory, { kind: 'embedded', name: 'two' });
  await expect(refused).rejects.toThrow(
    /^the stack two is of the kind native, not embedded: say --stack native, choose/,
  );
});
