import { expect, test } from 'vitest';
import { z } from 'zod';
import { operatorJobs } from './jobs/index.ts';
import { listDecisions } from './jobs/list-decisions.ts';
import { defineJob } from './operator-job.ts';
import { type OperatedStack, runAsOperator } from './run-as-operator.ts';

const nowhere = '127.0.0.1:1';
/** A stack that gives nobody an identity. */
const stack: OperatedStack = {
  addresses: { identity: nowhere, audit: nowhere, vault: `https://${nowhere}` },
  workloads: { operator: { program: process.execPath, socket: 'unix:///nowhere/agent.sock' } },
};
const unknown = defineJob({
  name: 'sing',
  input: z.strictObject({ song: z.string() }),
  output: z.object({}),
  run: async () => ({}),
});

test('every job has a name of its own', () => {
  const names = operatorJobs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('a job that the operator does not have is refused by its name, without what was to be done', async () => {
  const failed = await runAsOperator(stack, unknown, { song: 'a-secret' }).catch((error: Error) => error.message);
  expect(failed).toBe('the operator has no job sing');
}, 30_000);

test('a process that gets no identity does nothing, and says why', async () => {
  await expect(runAsOperator(stack, listDecisions, {})).rejects.toThrow('no SVID');
}, 30_000);
