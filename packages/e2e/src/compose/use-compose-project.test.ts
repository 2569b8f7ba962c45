import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveInContainer } from './drive-in-container.ts';
import type { RunDocker } from './run-docker.ts';
import { useComposeProject } from './use-compose-project.ts';

const signal = new AbortController().signal;
const wanted = { purpose: 'e2e', signal };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'use-compose-project-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

interface FakeDocker {
  readonly docker: RunDocker;
  /** What it was asked, without what every call of compose has. */
  readonly asked: string[];
  readonly settings: () => Readonly<Record<string, string>> | undefined;
}

/** A docker that says this when it is asked something that begins so, and does all else without a word. */
function dockerThat(says: Readonly<Record<string, string>>, fails: readonly string[] = []): FakeDocker {
  const asked: string[] = [];
  let settings: Readonly<Record<string, string>> | undefined;
  const known = { 'version --format': '29.1.0', 'compose version': '2.40.3', ...says };
  const docker: RunDocker = async (args, { onLine, environment } = {}) => {
    const words = args.join(' ');
    asked.push(words.replace(/^compose --project-name \S+/, '…'));
    settings = environment ?? settings;
    for (const [beginning, lines] of Object.entries(known))
      if (words.includes(beginning)) for (const line of lines.split('\n')) onLine?.(line);
    return fails.some((beginning) => words.includes(beginning)) ? 1 : 0;
  };
  return { docker, asked, settings: () => settings };
}

test('Where none runs, one is started with short lives and removed after its use', async () => {
  const { docker, asked, settings } = dockerThat({});
  const { name, release } = await useComposeProject({ ...wanted, name: undefined, docker });
  expect(name).toBe('e2e-compose');
  expect(asked.at(-1)).toBe('… up --build --wait');
  expect(settings()).toEqual({
    ZT_SVID_TTL: '30',
    ZT_DATABASE_LOGIN_TTL: '20',
    ZT_GATEWAY_PORT: expect.stringMatching(/^\d+$/),
  });
  await release();
  expect(asked.at(-1)).toBe('… --profile story down --volumes --remove-orphans --timeout 5');
});

test('One that runs is used as it is, and goes on', async () => {
  const { docker, asked } = dockerThat({ 'ps --quiet': 'abc' });
  const { name, release } = await useComposeProject({ ...wanted, name: 'zero-trust', docker });
  await release();
  expect(name).toBe('zero-trust');
  expect(asked.filter((words) => words.includes('up') || words.includes('down'))).toEqual([]);
});

test('What somebody keeps under a name that does not run is not touched, and what to do is said', async () => {
  const { docker, asked } = dockerThat({ 'volume ls': 'zero-trust_vault-data' });
  await expect(useComposeProject({ ...wanted, name: 'zero-trust', docker })).rejects.toThrow(
    'start them with docker compose --project-name zero-trust up --wait',
  );
  expect(asked.filter((words) => words.includes('up') || words.includes('down'))).toEqual([]);
});

test('What an earlier run of its own left behind is removed first', async () => {
  const { docker, asked } = dockerThat({ 'ps --all': 'abc' });
  await useComposeProject({ ...wanted, name: undefined, docker });
  expect(asked.slice(-2)).toEqual([
    '… --profile story down --volumes --remove-orphans --timeout 5',
    '… up --build --wait',
  ]);
});

test('What did not start is shown and removed', async () => {
  const { docker, asked } = dockerThat({}, ['up --build']);
  await expect(useComposeProject({ ...wanted, name: undefined, docker })).rejects.toThrow('did not start');
  expect(asked.slice(-4)).toEqual([
    '… ps --all',
    '… logs --no-color --tail 20',
    expect.stringContaining('ps --all --quiet'),
    '… --profile story down --volumes --remove-orphans --timeout 5',
  ]);
});

test('Where no engine answers, or compose is too old, that is said with what to use instead', async () => {
  const without = dockerThat({}, ['version --format']);
  await expect(useComposeProject({ ...wanted, name: undefined, docker: without.docker })).rejects.toThrow(
    'no Docker engine answers here: use --stack native or --stack embedded',
  );
  const old = dockerThat({ 'compose version': '1.29.2' });
  await expect(useComposeProject({ ...wanted, name: undefined, docker: old.docker })).rejects.toThrow(
    'docker compose of version 2 or later is not here',
  );
});

test('The paths are driven in a container, whose report comes to a file here and is not shown', async () => {
  const shown = vi.spyOn(console, 'log').mockImplementation(() => {});
  const report = join(directory, 'report.json');
  const { docker, asked } = dockerThat({
    ' run --rm': '✔ token/missing\n[{"id":"token/missing"}]\n1 passed, 0 failed',
  });
  const { project } = await useComposeProject({ ...wanted, name: undefined, docker });
  expect(await driveInContainer(project, { only: 'token/', report })).toBe(0);
  expect(asked.at(-1)).toMatch(
    /^… run --rm --no-TTY --no-deps --name e2e-compose-e2e-\S+ e2e --only token\/ --report -$/,
  );
  expect(shown.mock.calls.flat()).toEqual(['✔ token/missing', '1 passed, 0 failed']);
  expect(JSON.parse(await readFile(report, 'utf8'))).toEqual([{ id: 'token/missing' }]);
});

test('The exit code is that of the run in the container', async () => {
  const { docker } = dockerThat({}, [' run --rm']);
  const { project } = await useComposeProject({ ...wanted, name: undefined, docker });
  expect(await driveInContainer(project, {})).toBe(1);
});

test('A container that outlives its command line is ended in order: where the run is stopped, and where all is removed', async () => {
  const stopped = new AbortController();
  const { docker, asked } = dockerThat({ 'ps --all': 'abc' });
  const stopping: RunDocker = (args, options) => {
    if (args.includes('run')) stopped.abort();
    return docker(args, options);
  };
  const own = { ...wanted, name: undefined, docker: stopping, signal: stopped.signal };
  const { project, release } = await useComposeProject(own);
  asked.length = 0;
  await driveInContainer(project, {});
  expect(asked.slice(1)).toEqual([
    expect.stringMatching(/^ps --all --quiet .* --filter name=\^\/\?e2e-compose-e2e-\S+\$$/),
    'stop -t 10 abc',
    'rm --force abc',
  ]);
  await release();
  expect(asked.slice(4)).toEqual([
    expect.stringMatching(/^ps --all --quiet .* --filter label=com.docker.compose.oneoff=True$/),
    'stop -t 10 abc',
    'rm --force abc',
    expect.stringContaining('down --volumes'),
  ]);
});
