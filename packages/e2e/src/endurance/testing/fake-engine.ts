import { composeLabels } from '@zt/container-engine/labels';
import type { RunDocker } from '../../compose/run-docker.ts';

/** An engine with one container, which is away and then ill for a while after it was killed. */
export function fakeEngine() {
  const killed: string[][] = [];
  let looksSince = 0;
  let listeners = 0;

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

  const docker: RunDocker = async (args, { onLine, signal } = {}) => {
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
        listeners += 1;
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        listeners -= 1;
        return null;
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
  return { docker, killed, listeners: () => listeners };
}
