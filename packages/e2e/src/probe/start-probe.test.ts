import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Probe, startProbe } from './start-probe.ts';

const ask = [{ kind: 'identity' }] as const;
const answer = `[{"code":"OK","message":"","decisionId":null,"got":{}}]`;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'start-probe-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A probe for order whose process runs these lines of a shell. */
async function probeThat(lines: string, timeoutMs = 10_000): Promise<Probe> {
  const program = await mkdtemp(join(directory, 'program-')).then((folder) => join(folder, 'program'));
  await writeFile(program, `#!/bin/sh\n${lines}\n`);
  await chmod(program, 0o700);
  return startProbe({ name: 'order', access: { program, socket: 'unix:///nowhere' }, patienceMs: 1, timeoutMs });
}

test('A probe that does not answer in time is ended, and the error names the workload', async () => {
  const probe = await probeThat('exec sleep 60', 300);
  await expect(probe.ask(ask)).rejects.toThrow('the probe that ran as order did not answer within 0.3 s');
  await probe.close();
});

test('A probe that fails says what it complained about, also where it did not read what it was asked', async () => {
  const probe = await probeThat('echo something is missing >&2; exit 1');
  await expect(probe.ask(ask)).rejects.toThrow('the probe that ran as order failed: something is missing');
  await probe.close();
});

test('A program that is not there is an error that names the workload', async () => {
  const access = { program: join(directory, 'nothing'), socket: 'unix:///nowhere' };
  const probe = startProbe({ name: 'payment', access, patienceMs: 1, timeoutMs: 10_000 });
  await expect(probe.ask(ask)).rejects.toThrow('the probe that ran as payment could not be started');
  await probe.close();
});

test('A probe is asked again and again, and gives one result for each job', async () => {
  const probe = await probeThat(`while read -r asked; do echo '${answer}'; done`);
  await expect(probe.ask(ask)).resolves.toHaveLength(1);
  await expect(probe.ask(ask)).resolves.toHaveLength(1);
  await expect(probe.ask([])).rejects.toThrow();
  await probe.close();
});
