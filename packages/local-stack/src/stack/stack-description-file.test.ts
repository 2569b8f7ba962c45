import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ofEachService } from '@zt/access-graph';
import { descriptionPath, readStackDescription } from '@zt/e2e/stack-description';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StackContext } from '../stack-context.ts';
import { accessOfEach } from '../surroundings/identity-access.ts';
import { createStackDescriptionFile } from './stack-description-file.ts';
import { madeUpPorts } from './testing/made-up-ports.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'zt-description-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const ports = madeUpPorts();
const contextOf = (): StackContext =>
  ({
    kind: 'embedded',
    name: 'two',
    stateDirectory,
    socketDirectory: '/tmp/zt-abc',
    ports,
    programs: { dex: null },
  }) as unknown as StackContext;
const access = { program: process.execPath, socket: 'unix:///tmp/zt-abc/order.sock' };

test('A running stack is described for clients, in a file of its user only', async () => {
  const file = createStackDescriptionFile(contextOf());
  await file.write({ workloads: accessOfEach(() => access), stranger: access });
  const path = descriptionPath(stateDirectory);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readStackDescription(path)).toMatchObject({
    kind: 'embedded',
    name: 'two',
    gatewayUrl: `https://localhost:${ports.https.gateway}`,
    issuerUrl: `https://localhost:${ports.https.identity}`,
    addresses: {
      ...ofEachService((name) => `127.0.0.1:${ports.grpc[name]}`),
      vault: `https://127.0.0.1:${ports.vault}`,
      postgres: `127.0.0.1:${ports.postgres}`,
    },
    settlementsUrl: `https://localhost:${ports.https.payment}/settlements`,
    cardNetwork: {
      url: `https://localhost:${ports.cardNetwork}`,
      admin: { url: `https://localhost:${ports.cardNetworkAdmin}` },
    },
    workloads: { ...ofEachService(() => access), operator: access },
    identityProvider: {
      name: 'the development Workload API',
      logFile: join(stateDirectory, 'logs/workload-api.log'),
    },
  });
  await file.remove();
  await file.remove();
  expect(await readdir(stateDirectory)).toEqual([]);
});

test('Of a stack that runs without a service of the access graph it is said how to start it with all', async () => {
  await createStackDescriptionFile(contextOf()).write({ workloads: accessOfEach(() => access), stranger: access });
  const path = descriptionPath(stateDirectory);
  const { workloads, ...rest } = JSON.parse(await readFile(path, 'utf8'));
  const { order, ...others } = workloads;
  expect(order).toEqual(access);
  await writeFile(path, JSON.stringify({ ...rest, workloads: others }));
  await expect(readStackDescription(path, 'zt up')).rejects.toThrow('end it, and start it with `zt up`');
});
