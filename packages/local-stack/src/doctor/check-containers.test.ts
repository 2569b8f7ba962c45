import { serviceNames } from '@zt/access-graph';
import { expect, test } from 'vitest';
import type { ProcessStatus, StackStatus } from '../control/stack-status.ts';
import { checkContainers } from './check-containers.ts';

const others = ['engine-reader', 'spire-server', 'spire-agent', 'postgres-svid', 'postgres', 'vault-svid', 'vault'];
const names = [...others, 'trust-updater', 'card-network', ...serviceNames];

function check(change: (processes: ProcessStatus[]) => ProcessStatus[], phase: StackStatus['phase'] = 'running') {
  const processes = names.map(
    (name): ProcessStatus => ({
      name,
      state: 'running',
      health: 'healthy',
      pid: null,
      ports: [],
      restarts: 0,
      svids: [],
    }),
  );
  return checkContainers({
    status: {
      name: 'compose',
      phase,
      startedAt: '2026-01-01T00:00:00.000Z',
      gatewayUrl: '',
      issuerUrl: '',
      processes: change(processes),
    },
    stateDirectory: '/nowhere',
    start: 'docker compose up --wait',
    command: (words) => `docker compose ${words}`,
  });
}

const changed = (name: string, change: Partial<ProcessStatus>) => (processes: ProcessStatus[]) =>
  processes.map((each) => (each.name === name ? { ...each, ...change } : each));

test('of containers that are all well nothing is said, also where a service has several', async () => {
  expect(await check((all) => all)).toEqual([]);
  expect(await check(changed('inventory', { name: 'inventory-1' }))).toEqual([]);
});

test('a container that ended is told with when that was, and how to start it', async () => {
  const ended = { state: 'ended', endedAt: '2026-01-01T00:01:00.000Z' } as const;
  expect(await check(changed('vault', ended))).toEqual([
    {
      subject: 'vault',
      what: 'has ended, and is not started again',
      since: '2026-01-01T00:01:00.000Z',
      todo: 'look at why: docker compose logs vault; docker compose up --wait starts it',
    },
  ]);
});

test('a copy that is not well is told with the log of its service', async () => {
  expect(
    await check((all) => [
      ...all,
      ...changed('order', { name: 'order-2', health: 'unhealthy' })(all).filter(({ health }) => health === 'unhealthy'),
    ]),
  ).toEqual([
    {
      subject: 'order-2',
      what: 'runs, and its health check fails',
      since: null,
      todo: 'look at why: docker compose logs order',
    },
  ]);
});

test('a service without a container is missed, and a stack that starts is given time', async () => {
  expect(await check((all) => all.filter(({ name }) => name !== 'payment'))).toEqual([
    { subject: 'payment', what: 'has no container', since: null, todo: 'make one with docker compose up --wait' },
  ]);
  expect(await check((all) => all, 'starting')).toMatchObject([{ subject: 'stack', what: 'is starting' }]);
});
