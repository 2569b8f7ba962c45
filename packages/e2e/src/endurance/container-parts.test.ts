import { composeLabels } from '@zt/container-engine/labels';
import { expect, test } from 'vitest';
import type { RunDocker } from '../compose/run-docker.ts';
import { memoryOfContainers } from './container-memory.ts';
import { watchMishaps } from './container-mishaps.ts';
import { createContainerParts } from './container-parts.ts';
import { placesOfLogins } from './places-of-logins.ts';

/** An engine with one container, which is away and then ill for a while after it was killed. */
function fakeEngine() {
  const killed: string[][] = [];
  let looksSince = 0;

  function inspected() {
    looksSince += 1;
    const isAway = killed.length > 0 && looksSince < 2;
    const isIll = killed.length > 0 && looksSince < 3;
    return {
      Id: 'c0ffee',
      Name: '/shop-order-1',
      RestartCount: killed.length > 0 && !isAway ? 1 : 0,
      State: {
        ...{ Running: !isAway, Restarting: isAway, Pid: isAway ? 0 : 41, StartedAt: '2026-03-01T12:00:00Z' },
        Health: { Status: isIll ? 'starting' : 'healthy' },
      },
      Config: { Labels: { [composeLabels.service]: 'order' } },
      NetworkSettings: { Networks: {} },
    };
  }

  const docker: RunDocker = async (args, { onLine } = {}) => {
    switch (args[0]) {
      case 'ps':
        onLine?.('c0ffee');
        return 0;
      case 'inspect':
        onLine?.(JSON.stringify([inspected()]));
        return 0;
      case 'run':
        killed.push(args.slice(args.indexOf('--') + 1));
        looksSince = 0;
        onLine?.('killed');
        return 0;
      case 'events':
        onLine?.('shop-order-1');
        return 0;
      case 'stats':
        onLine?.(JSON.stringify({ ID: 'c0ffee', MemUsage: '81.5MiB / 192MiB' }));
        return 0;
      case 'logs':
        onLine?.('{"level":"info","login":"v-order-1","leaseId":"a/b","event":"database_login_taken"}');
        onLine?.('{"level":"info","event":"started"}');
        return 0;
      default:
        return 1;
    }
  };
  return { docker, killed };
}

test('A container is killed by its first process, and is back once it is ready again', async () => {
  const { docker, killed } = fakeEngine();
  const parts = createContainerParts('shop', docker);
  expect(await parts.names()).toEqual(['order']);
  const { part, backAfterMs } = await parts.kill('order');
  expect(part).toBe('order');
  expect(killed).toEqual([['41', 'c0ffee']]);
  expect(backAfterMs).toBeGreaterThan(0);
});

test('Nobody is killed in the place of a container that is not there', async () => {
  const { docker, killed } = fakeEngine();
  await expect(createContainerParts('shop', docker).kill('payment')).rejects.toThrow('there is no container payment');
  expect(killed).toEqual([]);
});

test('Memory is said in mebibytes', async () => {
  expect(await memoryOfContainers('shop', fakeEngine().docker)).toEqual({ order: 81.5 });
});

test('Which container took a database login is found in its log', async () => {
  expect(await placesOfLogins('shop', fakeEngine().docker)).toEqual(new Map([['v-order-1', 'shop-order-1']]));
});

test('How often a container was started again since then is counted, and whether its memory was enough', async () => {
  const { docker } = fakeEngine();
  const mishaps = await watchMishaps('shop', docker);
  await createContainerParts('shop', docker).kill('order');
  expect(await mishaps()).toEqual({ restarts: { 'shop-order-1': 1 }, outOfMemory: ['shop-order-1'] });
});
