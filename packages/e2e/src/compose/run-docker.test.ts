import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runDocker } from './run-docker.ts';
import { whyNoContainers } from './why-no-containers.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-docker-'));
  vi.stubEnv('PATH', `${directory}:/usr/bin:/bin`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

/** Puts a docker before any other that runs these lines of a shell. */
async function dockerIs(lines: string): Promise<void> {
  const program = join(directory, 'docker');
  await writeFile(program, `#!/bin/sh\n${lines}\n`);
  await chmod(program, 0o700);
}

test('It gives the exit code, each line, and what its environment has besides', async () => {
  await dockerIs('echo "$@"; echo "$SETTING"; exit 3');
  const lines: string[] = [];
  const code = await runDocker(['compose', 'ps'], {
    environment: { SETTING: 'one' },
    onLine: (line) => lines.push(line),
  });
  expect(code).toBe(3);
  expect(lines).toEqual(['compose ps', 'one']);
});

test('One that is ended, and one that is not there, give no exit code', async () => {
  await dockerIs('exec sleep 60');
  expect(await runDocker([], { signal: AbortSignal.timeout(50) })).toBeNull();
  vi.stubEnv('PATH', directory);
  await rm(join(directory, 'docker'));
  expect(await runDocker([])).toBeNull();
});

test('Containers can run where an engine and its compose answer', async () => {
  await dockerIs('[ "$1" = version ] && echo 20.10.24; [ "$1" = compose ] && echo v2.40.3; exit 0');
  expect(await whyNoContainers()).toBeNull();
  await dockerIs('echo "Cannot connect" >&2; exit 1');
  expect(await whyNoContainers()).toBe('no Docker engine answers here');
  vi.stubEnv('PATH', directory);
  await rm(join(directory, 'docker'));
  expect(await whyNoContainers()).toBe('no Docker engine answers here');
});
