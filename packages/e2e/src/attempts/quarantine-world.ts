import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@zt/access-graph';
import type { JobResult } from '../probe/job.ts';
import { only } from './evidence.ts';
import type { World } from './world.ts';

/** Within this time everybody refuses. */
const everywhereMs = 1_000;

/** What the operator does to a workload, with its own SVID and in its own name. */
export async function tellIdentityOf(
  world: World,
  method: 'QuarantineWorkload' | 'ReleaseWorkload',
  spiffeId: string,
): Promise<JobResult> {
  const token = await world.ownTokenOf('operator', 'identity', ['workloads:write']);
  return only(
    await world.runAs('operator', [
      {
        kind: 'call',
        method: `/identity.v1.WorkloadService/${method}`,
        address: world.stack.addresses.identity,
        server: world.spiffeId('identity'),
        token,
        request: { spiffeId },
      },
    ]),
  );
}

/** Does this while the workload is quarantined, a second after the operator said so. */
export async function whileQuarantined<Result>(
  world: World,
  workload: ServiceName,
  work: () => Promise<Result>,
): Promise<Result> {
  await tell(world, 'QuarantineWorkload', workload);
  try {
    await sleep(everywhereMs);
    return await work();
  } finally {
    await tell(world, 'ReleaseWorkload', workload);
  }
}

async function tell(
  world: World,
  method: 'QuarantineWorkload' | 'ReleaseWorkload',
  workload: ServiceName,
): Promise<void> {
  const { code, message } = await tellIdentityOf(world, method, world.spiffeId(workload));
  if (code !== 'OK') throw new Error(`identity answered ${method} with ${code}: ${message}`);
}
