import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let directory: string;
let e2e: ChildProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'on-containers-'));
});

afterEach(async () => {
  e2e?.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

/** Runs `e2e --stack compose` with a docker that writes down what it is asked, and does what these lines of a shell do. */
async function runWith(docker: string): Promise<ChildProcess> {
  const program = join(directory, 'docker');
  await writeFile(
    program,
    `#!/bin/sh\necho "$@" >> '${join(directory, 'asked')}'\ncase "$*" in\n*version*) echo 2.40.3;;\n${docker}\nesac\n`,
  );
  await chmod(program, 0o700);
  e2e = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--stack', 'compose', '--name', 'made-up'], {
    env: { PATH: `${directory}:${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return e2e;
}

const asked = async (): Promise<string> => await readFile(join(directory, 'asked'), 'utf8').catch(() => '');
const patience = { timeout: 20_000 };

test('Ctrl-C ends what is under way, and removes what was started', { timeout: 30_000 }, async () => {
  const child = await runWith('*"up --build"*) exec sleep 60;;');
  await vi.waitFor(async () => expect(await asked()).toContain('up --build'), patience);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect((await asked()).trim().split('\n').at(-1)).toContain('--project-name made-up --profile story down --volumes');
});

test('What fails in the container fails here', { timeout: 30_000 }, async () => {
  const child = await runWith('*" run --rm "*) exit 1;;');
  expect(await once(child, 'close')).toEqual([1, null]);
  expect((await asked()).trim().split('\n').at(-1)).toContain('down --volumes');
});
