import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAs } from './run-as.ts';
import type { StackDescription } from './stack-description.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-as-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A stack on which every process runs this line of a shell in the probe's place. */
async function stackWhere(line: string): Promise<Pick<StackDescription, 'workloads' | 'stranger'>> {
  const program = join(directory, 'probe');
  await writeFile(program, `#!/bin/sh\n${line}\n`);
  await chmod(program, 0o700);
  const access = { program, socket: 'unix:///nowhere' };
  return {
    stranger: access,
    workloads: {
      gateway: access,
      order: access,
      inventory: access,
      payment: access,
      identity: access,
      audit: access,
      operator: access,
    },
  };
}

test('A probe that does not answer in time is ended, and the error names the workload', async () => {
  const stack = await stackWhere('exec sleep 60');
  await expect(runAs(stack, 'order', [{ kind: 'identity' }], 300)).rejects.toThrow(
    'the probe that ran as order did not answer within 0.3 s',
  );
});

test('A probe that fails says what it complained about, also where it did not read what it was asked', async () => {
  const stack = await stackWhere('echo something is missing >&2; exit 1');
  await expect(runAs(stack, 'nobody', [{ kind: 'identity' }])).rejects.toThrow(
    /probe that ran as nobody failed: something is missing/,
  );
});

test('A program that is not there is an error that names the workload', async () => {
  const stack = await stackWhere('exit 0');
  await rm(stack.stranger.program);
  await expect(runAs(stack, 'payment', [])).rejects.toThrow(
    'the probe that was to run as payment could not be started',
  );
});

test('What the probe answers is given, one result for each job', async () => {
  const stack = await stackWhere(`echo '[{"code":"OK","message":"","decisionId":null,"got":{}}]'`);
  await expect(runAs(stack, 'order', [{ kind: 'identity' }])).resolves.toHaveLength(1);
  await expect(runAs(stack, 'order', [])).rejects.toThrow('failed');
});
