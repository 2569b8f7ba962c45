import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descriptionPath, readStackDescription } from '@zt/e2e/stack-description';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StackContext } from '../stack-context.ts';
import { createStackDescriptionFile } from './stack-description-file.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'zt-description-'));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const contextOf = (): StackContext =>
  ({
    kind: 'embedded',
    name: 'two',
    stateDirectory,
    socketDirectory: '/tmp/zt-abc',
    ports: {
      gateway: 1,
      gatewayPublic: 2,
      order: 3,
      inventory: 4,
      payment: 5,
      paymentPublic: 11,
      cardNetwork: 12,
      cardNetworkAdmin: 13,
      identity: 6,
      identityPublic: 7,
      vault: 8,
      audit: 10,
    },
    programs: { dex: null },
  }) as unknown as StackContext;

test('A running stack is described for clients, in a file of its user only', async () => {
  const access = { program: process.execPath, socket: 'unix:///tmp/zt-abc/order.sock' };
  const workloads = { gateway: access, order: access, inventory: access, payment: access, identity: access };
  const file = createStackDescriptionFile({ ...contextOf(), ports: { ...contextOf().ports, postgres: 9 } });
  await file.write({
    workloads: { ...workloads, audit: access, operator: access },
    stranger: access,
  });
  const path = descriptionPath(stateDirectory);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readStackDescription(path)).toMatchObject({
    kind: 'embedded',
    name: 'two',
    gatewayUrl: 'https://localhost:2',
    issuerUrl: 'https://localhost:7',
    addresses: { gateway: '127.0.0.1:1', order: '127.0.0.1:3', vault: 'https://127.0.0.1:8', postgres: '127.0.0.1:9' },
    settlementsUrl: 'https://localhost:11/settlements',
    cardNetwork: { url: 'https://localhost:12', admin: { url: 'https://localhost:13' } },
    workloads: { order: access },
    identityProvider: {
      name: 'the development Workload API',
      logFile: join(stateDirectory, 'logs/workload-api.log'),
    },
  });
  await file.remove();
  await file.remove();
  expect(await readdir(stateDirectory)).toEqual([]);
});
