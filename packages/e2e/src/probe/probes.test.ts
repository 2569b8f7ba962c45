import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofEachService } from '@zt/access-graph';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from './job.ts';
import { createProbes, type Probes } from './probes.ts';

const call: Job = { kind: 'call', method: '/a', address: '', server: '', token: null, request: {} };
const answer = `[{"code":"OK","message":"","decisionId":null,"got":{}}]`;
let directory: string;
let probes: Probes;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'probes-'));
});

afterEach(async () => {
  await probes.close();
  await rm(directory, { recursive: true, force: true });
});

/** Probes whose processes run this line of a shell for each line that they read, and leave one in a file when they start. */
async function probesThat(line: string, areKept: boolean): Promise<Probes> {
  const program = join(directory, 'program');
  const starts = join(directory, 'starts');
  await writeFile(program, `#!/bin/sh\necho started >> '${starts}'\nwhile read -r asked; do ${line}; done\n`);
  await chmod(program, 0o700);
  const access = { program, socket: 'unix:///nowhere' };
  const workloads = { ...ofEachService(() => access), operator: access };
  return createProbes({ stranger: access, workloads }, { areKept });
}

async function starts(): Promise<number> {
  return (await readFile(join(directory, 'starts'), 'utf8')).trim().split('\n').length;
}

test('A kept process goes on to the next calls of its workload, also where they come at once', async () => {
  probes = await probesThat(`echo '${answer}'`, true);
  await Promise.all([probes.run('order', [call]), probes.run('order', [call])]);
  await probes.run('order', [call]);
  expect(await starts()).toBe(1);
  await probes.run('payment', [call]);
  expect(await starts()).toBe(2);
});

test('Each gets a process of its own where none is kept, and nobody and those who log in somewhere always do', async () => {
  probes = await probesThat(`echo '${answer}'`, true);
  await probes.run('nobody', [{ kind: 'identity' }]);
  await probes.run('nobody', [{ kind: 'identity' }]);
  await probes.run('order', [{ kind: 'database-login', vaultAddress: '', vault: '', role: '' }]);
  await probes.run('order', [{ kind: 'database-login', vaultAddress: '', vault: '', role: '' }]);
  expect(await starts()).toBe(4);
  probes = await probesThat(`echo '${answer}'`, false);
  await probes.run('order', [call]);
  await probes.run('order', [call]);
  expect(await starts()).toBe(6);
});

test('A kept process that failed is not asked again', async () => {
  probes = await probesThat('exit 1', true);
  await expect(probes.run('order', [call])).rejects.toThrow('the probe that ran as order failed');
  await expect(probes.run('order', [call])).rejects.toThrow('the probe that ran as order failed');
  expect(await starts()).toBe(2);
});
