import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { vitestReportFile } from './run-turbo.ts';
import { parseTurboSummary, type Task } from './turbo-summary.ts';
import { unitOutcomes } from './unit-outcomes.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'unit-outcomes-'));
  await mkdir(dirname(join(root, 'packages/kit', vitestReportFile)), { recursive: true });
  await writeFile(
    join(root, 'packages/kit', vitestReportFile),
    '{"success":true,"numPassedTests":5,"numFailedTests":0,"numPendingTests":0,"numTodoTests":0}',
  );
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

function task(id: string, directory: string, exitCode: number | null, command = 'something'): object {
  const [packageName, name] = id.split('#');
  const cache = { status: 'MISS' };
  return { taskId: id, task: name, package: packageName, directory, command, cache, execution: { exitCode } };
}

function tasks(...entries: readonly object[]): readonly Task[] {
  return parseTurboSummary(JSON.stringify({ tasks: entries }));
}

test('the tests of a package are counted from its report', async () => {
  expect(await unitOutcomes(root, tasks(task('@zt/kit#test', 'packages/kit', 0)))).toEqual([
    { part: '@zt/kit', passed: 5, failed: 0, leftOut: 0, unchanged: false },
  ]);
});

test('tests that end with an error are a failure though each of them passed', async () => {
  expect((await unitOutcomes(root, tasks(task('@zt/kit#test', 'packages/kit', 1))))[0]?.failed).toBe(1);
});

test('tests that leave no report are a failure', async () => {
  expect(await unitOutcomes(root, tasks(task('@zt/order#test', 'apps/order', 0)))).toEqual([
    { part: '@zt/order', passed: 0, failed: 1, leftOut: 0 },
  ]);
});

test('a check counts only when it failed or was not reached', async () => {
  const checks = tasks(
    task('@zt/kit#typecheck', 'packages/kit', 0),
    task('@zt/kit#lint', 'packages/kit', 1),
    task('//#biome', '', null),
  );
  expect((await unitOutcomes(root, checks)).map(({ part, failed }) => [part, failed])).toEqual([
    ['@zt/kit#lint', 1],
    ['//#biome', 1],
  ]);
});

test('a script that a package does not have is not missed', async () => {
  expect(await unitOutcomes(root, tasks(task('@zt/proto#test', 'proto', null, '<NONEXISTENT>')))).toEqual([]);
});
