import { composeLabels } from '@zt/container-engine/labels';
import { expect, test } from 'vitest';
import { containersOf } from './containers.ts';
import type { RunDocker } from './run-docker.ts';

interface Made {
  readonly service: string;
  readonly copy?: number;
  readonly state?: object;
  readonly isOneOff?: boolean;
}

function inspected({ service, copy = 1, state = {}, isOneOff = false }: Made) {
  return {
    Id: `${service}${copy}`,
    Name: `/shop-${service}-${copy}`,
    RestartCount: 2,
    State: { Running: true, Restarting: false, Pid: 41, StartedAt: '2026-03-01T12:00:00Z', ...state },
    Config: {
      Labels: {
        [composeLabels.service]: service,
        [composeLabels.copy]: String(copy),
        [composeLabels.oneOff]: isOneOff ? 'True' : 'False',
      },
    },
    NetworkSettings: { Networks: { shop_order: { IPAddress: '172.20.0.3', Gateway: '172.20.0.1' } } },
  };
}

/** A docker that has these containers. */
function dockerWith(...made: readonly Made[]): RunDocker {
  return async ([command], { onLine } = {}) => {
    const lines =
      command === 'ps' ? made.map(({ service }) => service) : JSON.stringify(made.map(inspected), null, 1).split('\n');
    for (const line of lines) onLine?.(line);
    return 0;
  };
}

test('The containers of a stack come with what the engine knows of them', async () => {
  const [order] = await containersOf(
    'shop',
    dockerWith({ service: 'order', state: { Health: { Status: 'healthy' } } }),
  );
  expect(order).toEqual({
    id: 'order1',
    name: 'shop-order-1',
    service: 'order',
    copy: 1,
    isOneOff: false,
    isRunning: true,
    health: 'healthy',
    pid: 41,
    startedAt: '2026-03-01T12:00:00Z',
    restarts: 2,
    networks: [{ name: 'shop_order', address: '172.20.0.3', gateway: '172.20.0.1' }],
  });
});

test('What people start themselves is no part of the stack', async () => {
  const found = await containersOf('shop', dockerWith({ service: 'zt', isOneOff: true }, { service: 'audit' }));
  expect(found.map(({ service }) => service)).toEqual(['audit']);
});

test('One that is being started again does not run, and one without a check has no health', async () => {
  const [order] = await containersOf('shop', dockerWith({ service: 'order', state: { Restarting: true } }));
  expect(order).toMatchObject({ isRunning: false, health: null });
});

test('Copies of a service are told apart, and come in their order', async () => {
  const found = await containersOf(
    'shop',
    dockerWith({ service: 'order', copy: 2 }, { service: 'order' }, { service: 'audit' }),
  );
  expect(found.map(({ service, copy }) => [service, copy])).toEqual([
    ['audit', 1],
    ['order', 1],
    ['order', 2],
  ]);
});

test('A project of which there is nothing has no containers', async () => {
  expect(await containersOf('shop', dockerWith())).toEqual([]);
});

test('A docker that fails is an error', async () => {
  await expect(containersOf('shop', async () => 1)).rejects.toThrow('docker ps failed');
  await expect(containersOf('shop', async () => null)).rejects.toThrow('there is no docker command');
});
