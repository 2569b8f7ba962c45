import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineConnection } from '@zt/container-engine/connection';
import { composeLabels } from '@zt/container-engine/labels';
import { type FakeEngine, startFakeEngine } from '@zt/container-engine/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let directory: string;
let engine: FakeEngine;
let reader: ChildProcess;
let output: string;

const scriptOf = (name: string): string => new URL(`./${name}.ts`, import.meta.url).pathname;
const environment = () => ({
  PATH: process.env.PATH,
  NODE_NO_WARNINGS: '1',
  ENGINE_SOCKET: join(directory, 'engine.sock'),
  AGENT_DOOR: join(directory, 'agent.sock'),
  TOOLS_DOOR: join(directory, 'tools.sock'),
  COMPOSE_PROJECT: 'shop',
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-reader-'));
  engine = await startFakeEngine(join(directory, 'engine.sock'));
  output = '';
  reader = spawn(process.execPath, [scriptOf('main')], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  reader.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
  });
  await vi.waitFor(() => expect(output).toContain('"serving"'), { timeout: 20_000 });
});
afterEach(async () => {
  if (reader.exitCode === null && reader.signalCode === null) {
    reader.kill('SIGKILL');
    await once(reader, 'exit');
  }
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

async function health(): Promise<unknown> {
  const program = spawn(process.execPath, [scriptOf('health')], { env: environment(), stdio: 'ignore' });
  const [code] = await once(program, 'exit');
  return code;
}

test('the program is well as long as the engine answers through it', async () => {
  expect(await health()).toBe(0);
  await engine.close();
  expect(await health()).not.toBe(0);
  expect(output).toContain('"engine_silent"');
  engine = await startFakeEngine(engine.socket);
  expect(await health()).toBe(0);
});

test('it writes down what it refuses, and nothing of what was in the question', async () => {
  const { id } = engine.addContainer({ [composeLabels.project]: 'shop' });
  const asked = await createEngineConnection(join(directory, 'agent.sock')).open(
    'GET',
    `/containers/${id}/logs?x=secret`,
  );
  expect(asked.statusCode).toBe(403);
  await vi.waitFor(() => expect(output).toContain(`"door":"agent","method":"GET","path":"/containers/${id}/logs"`));
  expect(output).not.toContain('secret');
});

test('asked to end it does, also while somebody follows a log', async () => {
  const { id } = engine.addContainer({ [composeLabels.project]: 'shop' });
  const log = await createEngineConnection(join(directory, 'tools.sock')).open(
    'GET',
    `/containers/${id}/logs?stdout=true&follow=true`,
  );
  log.on('error', () => {}).resume();
  const exited = once(reader, 'exit');
  reader.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
