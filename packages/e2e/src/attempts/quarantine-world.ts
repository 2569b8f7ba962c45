import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@zt/access-graph';
import type { JobResult } from '../probe/job.ts';
import { only } from './evidence.ts';
import type { World } from './world.ts';

/** Within this time everybody refuses. */
const everywhereMs = 1_000;

/**
 * What the operator does to a workload, with its own SVID and in its own name. Its token is there before: to tell takes one
 * call.
 */
export async function tellIdentityOf(
  world: World,
  spiffeId: string,
): Promise<(method: 'QuarantineWorkload' | 'ReleaseWorkload') => Promise<JobResult>> {
  const token = await world.ownTokenOf('operator', 'identity', ['workloads:write']);
  const { identity: address } = world.stack.addresses;
  return async (method) =>
    only(
      await world.runAs('operator', [
        {
          kind: 'call',
          method: `/identity.v1.WorkloadService/${method}`,
          address,
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
  const tell = await tellIdentityToHave(world, workload);
  await tell('QuarantineWorkload');
  try {
    await sleep(everywhereMs);
    return await work();
  } finally {
    await tell('ReleaseWorkload');
  }
}

/** The same; throws where identity refuses. */
export async function tellIdentityToHave(
  world: World,
  workload: ServiceName,
): Promise<(method: 'QuarantineWorkload' | 'ReleaseWorkload') => Promise<void>> {
  const tell = await tellIdentityOf(world, world.spiffeId(workload));
  return async (method) => {
    const { code, message } = await tell(method);
    if (code !== 'OK') throw new Error(`identity answered ${method} with ${code}: ${message}`);
  };
}
