import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceName, serviceNames } from '@zt/access-graph';
import { readBacklog } from '@zt/kit/audit';

const lookMs = 100;

/**
 * Waits until the ledger has what services recorded before this moment, which takes them half a second. Names those whose
 * records still wait when the patience is over.
 */
export async function awaitRecords(
  spoolDirectory: string,
  before: Date,
  patienceMs: number,
): Promise<readonly ServiceName[]> {
  const end = performance.now() + patienceMs;
  while (true) {
    const late = await servicesBehind(spoolDirectory, before);
    if (late.length === 0 || performance.now() > end) return late;
    await sleep(lookMs);
  }
}

async function servicesBehind(spoolDirectory: string, before: Date): Promise<readonly ServiceName[]> {
  const backlogs = await Promise.all(serviceNames.map((name) => readBacklog(join(spoolDirectory, name), name)));
  return serviceNames.filter((_, index) => {
    const oldest = backlogs[index]?.oldest ?? null;
    return oldest !== null && new Date(oldest) <= before;
  });
}
