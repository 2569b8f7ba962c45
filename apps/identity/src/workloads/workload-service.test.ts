import { accessGraph } from '@zt/access-graph';
import { createTestCallContext } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { quarantineLimits } from './quarantine-limits.ts';
import { createWorkloadService } from './workload-service.ts';

const idOf = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const context = createTestCallContext(null, { peer: idOf('operator') });

function start() {
  const done: string[] = [];
  const log = (event: string, fields = {}) => void done.push(`${event} ${JSON.stringify(fields)}`);
  const service = createWorkloadService({
    quarantine: {
      add: async (spiffeId) => void done.push(`added ${spiffeId}`),
      remove: async (spiffeId) => void done.push(`removed ${spiffeId}`),
      list: async () => [{ spiffeId: idOf('order'), since: new Date('2030-01-01T00:00:00Z') }],
    },
    assertQuarantinable: quarantineLimits(accessGraph),
    feed: { lookNow: () => void done.push('looked') },
    log: { info: log, warn: log, error: log },
  });
  return { service, done };
}

test('that a workload is quarantined or released is kept, told to everybody at once, and logged with the decision', async () => {
  const { service, done } = start();
  await service.quarantineWorkload({ spiffeId: idOf('order') }, context);
  await service.releaseWorkload({ spiffeId: idOf('order') }, context);
  const about = `{"workload":"${idOf('order')}","decisionId":"decision-1"}`;
  expect(done).toEqual([
    `added ${idOf('order')}`,
    'looked',
    `workload_quarantined ${about}`,
    `removed ${idOf('order')}`,
    'looked',
    `workload_released ${about}`,
  ]);
});

test.each([
  ['identity', 'not_possible'],
  ['audit', 'not_possible'],
  ['operator', 'not_possible'],
  ['vault', 'not_possible'],
  ['nobody', 'not_found'],
])('%s is not quarantined (%s), and nothing is done', async (name, refusal) => {
  const { service, done } = start();
  await expect(service.quarantineWorkload({ spiffeId: idOf(name) }, context)).rejects.toMatchObject({ refusal });
  await expect(service.quarantineWorkload({ spiffeId: name }, context)).rejects.toMatchObject({ refusal: 'not_found' });
  expect(done).toEqual([]);
});

test('the operator sees who is quarantined, and since when', async () => {
  expect(await start().service.listQuarantinedWorkloads({}, context)).toEqual({
    workloads: [{ spiffeId: idOf('order'), quarantinedAt: '2030-01-01T00:00:00.000Z' }],
  });
});
