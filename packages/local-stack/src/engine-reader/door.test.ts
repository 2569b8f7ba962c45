import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createEngineConnection, type EngineConnection } from '@zt/container-engine/connection';
import { composeLabels } from '@zt/container-engine/labels';
import { type FakeEngine, startFakeEngine } from '@zt/container-engine/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDoor, type Door } from './door.ts';
import type { DoorName } from './door-request.ts';
import { createOwnProject, projectOf } from './own-project.ts';

let directory: string;
let engine: FakeEngine;
let doors: Door[];
let refused: unknown[];
let unanswered: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-door-'));
  engine = await startFakeEngine(join(directory, 'engine.sock'));
  doors = [];
  refused = [];
  unanswered = 0;
});
afterEach(async () => {
  await Promise.all(doors.map((door) => door.close()));
  await engine.close();
  await rm(directory, { recursive: true, force: true });
});

const socketOf = (name: DoorName): string => join(directory, `${name}.sock`);

async function open(name: DoorName): Promise<EngineConnection> {
  const connection = createEngineConnection(engine.socket);
  const door = await createDoor({
    name,
    socket: socketOf(name),
    engine: connection,
    project: createOwnProject(connection, 'shop'),
    onRefused: (what) => refused.push(what),
    onUnanswered: () => {
      unanswered += 1;
    },
  });
  doors.push(door);
  return createEngineConnection(socketOf(name));
}

const labelsOf = (project: string) => ({
  [composeLabels.project]: project,
  [composeLabels.service]: 'order',
  'com.docker.compose.project.working_dir': '/somewhere',
  'example.zt.workload': 'order',
});

test('the agent learns of a container its image and the labels by which workloads are told apart, and nothing secret', async () => {
  const { id } = engine.addContainer(labelsOf('shop'), { env: ['PASSWORD=hidden'] });
  const { status, body } = await (await open('agent')).json(`/v1.41/containers/${id}/json`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ Id: id, State: { Status: 'running' } });
  expect(body).toHaveProperty('Config', {
    Image: 'debian:bookworm-slim',
    Labels: {
      [composeLabels.project]: 'shop',
      [composeLabels.service]: 'order',
      'example.zt.workload': 'order',
    },
  });
  for (const hidden of ['hidden', 'somewhere', 'Cmd', 'health check said', '4711']) {
    expect(JSON.stringify(body)).not.toContain(hidden);
  }
});

test('containers of another project are as if they were not there', async () => {
  const { id } = engine.addContainer(labelsOf('other'));
  const agent = await open('agent');
  const tools = await open('tools');
  expect(await agent.json(`/containers/${id}/json`)).toMatchObject({ status: 404 });
  expect(await tools.json(`/containers/${id}/json`)).toMatchObject({ status: 404 });
  expect((await tools.open('GET', `/containers/${id}/logs?stdout=true`)).statusCode).toBe(404);
  const own = engine.addContainer(labelsOf('shop'));
  const { body } = await tools.json('/containers/json?all=true');
  expect(body).toMatchObject([{ Id: own.id }]);
  expect(body).toHaveLength(1);
});

test('what is not on the list is refused and said, and the engine never hears of it', async () => {
  const { id } = engine.addContainer(labelsOf('shop'));
  await open('tools');
  const asked = request({ socketPath: socketOf('tools'), method: 'POST', path: `/containers/${id}/exec?secret=1` });
  asked.end('{"Cmd":["id"]}');
  const status = await new Promise((resolve) => asked.on('response', ({ statusCode }) => resolve(statusCode)));
  expect(status).toBe(403);
  expect(refused).toEqual([{ method: 'POST', path: `/containers/${id}/exec` }]);
  expect(engine.requests).toEqual([]);
});

test('a question with something to read in it is refused', async () => {
  await open('agent');
  const asked = request({ socketPath: socketOf('agent'), path: '/_ping', headers: { 'content-length': '2' } });
  asked.end('{}');
  expect(await new Promise((resolve) => asked.on('response', ({ statusCode }) => resolve(statusCode)))).toBe(403);
});

test('a second request behind a refused one is not answered', async () => {
  await open('agent');
  const socket = connect(socketOf('agent'));
  socket.write('GET /version HTTP/1.1\r\nhost: x\r\n\r\nGET /_ping HTTP/1.1\r\nhost: x\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toContain('403 Forbidden');
  expect(answer).not.toContain('200 OK');
});

test('whoever sends many questions at once over one connection has the first answered', async () => {
  const { id } = engine.addContainer(labelsOf('shop'));
  await open('tools');
  const socket = connect(socketOf('tools'));
  let answer = '';
  socket.on('data', (piece: Buffer) => {
    answer += piece.toString('latin1');
  });
  socket.write(`GET /containers/${id}/json HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(50));
  await vi.waitFor(() => expect(answer.match(/HTTP\/1.1 503/g)).toHaveLength(49));
  socket.destroy();
  expect(answer.match(/200 OK/g)).toHaveLength(1);
  expect(engine.requests).toHaveLength(1);
});

test('a log that is followed is passed on as it is written, and let go with whoever reads it', async () => {
  const container = engine.addContainer(labelsOf('shop'));
  const answer = await (await open('tools')).open('GET', `/containers/${container.id}/logs?stdout=true&follow=true`);
  await vi.waitFor(() => expect(engine.followers).toBe(1));
  const pieces: string[] = [];
  answer.on('data', (piece: Buffer) => pieces.push(piece.toString('utf8')));
  container.write('one\n');
  await vi.waitFor(() => expect(pieces.join('')).toContain('one\n'));
  answer.destroy();
  await vi.waitFor(() => expect(engine.followers).toBe(0));
});

test('an engine that is gone is said to be silent, and found again when it is back', async () => {
  const tools = await open('tools');
  const { socket } = engine;
  await engine.close();
  expect((await tools.open('GET', '/_ping')).statusCode).toBe(502);
  expect(unanswered).toBe(1);
  engine = await startFakeEngine(socket);
  expect((await tools.open('HEAD', '/_ping')).headers).toMatchObject({ 'api-version': '1.41' });
});

test('the socket of a door is for its owner and its group only', async () => {
  await open('agent');
  expect((await stat(socketOf('agent'))).mode & 0o777).toBe(0o660);
});

test('closing a door ends what goes through it', async () => {
  const { id } = engine.addContainer(labelsOf('shop'));
  const answer = await (await open('tools')).open('GET', `/containers/${id}/logs?stdout=true&follow=true`);
  const ended = new Promise((resolve) => answer.on('close', resolve));
  answer.on('error', () => {}).resume();
  await doors[0]?.close();
  await ended;
  await vi.waitFor(() => expect(engine.followers).toBe(0));
});

test('a container knows its project by its own labels', async () => {
  const connection = createEngineConnection(engine.socket);
  const { id } = engine.addContainer(labelsOf('shop'));
  expect(await projectOf(connection, id.slice(0, 12))).toBe('shop');
  const lone = engine.addContainer({});
  await expect(projectOf(connection, lone.id)).rejects.toThrow('belongs to no compose project');
  await expect(projectOf(connection, 'a-machine')).rejects.toThrow('no id of a container');
});
