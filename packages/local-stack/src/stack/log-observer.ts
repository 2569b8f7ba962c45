import type { ProcessStatus } from '../control/stack-status.ts';
import { sidecarName } from '../sidecar/sidecar-workloads.ts';
import { waitUntil } from '../supervisor/wait-until.ts';
import type { ReadLogs } from './found-stack.ts';
import type { RollObserver } from './roll-certificate-authority.ts';
import { lastSvidEvents, type SvidEvent } from './svid-events.ts';

/** Sees what the workloads have in what they log: each writes `svid_received` for every change of SVID or bundle. */
export function createLogObserver(options: {
  readonly readLogs: ReadLogs;
  /** As `zt status` has them; the logs of those with SVIDs are read. */
  readonly processes: readonly Pick<ProcessStatus, 'name' | 'svids'>[];
  readonly svidTtlSeconds: number;
}): RollObserver {
  const timeoutMs = 30_000 + options.svidTtlSeconds * 1000;
  const names = options.processes.filter(({ svids }) => svids.length > 0).map(({ name }) => name);
  const { readLogs } = options;

  async function untilAll(what: string, holds: (event: SvidEvent) => boolean): Promise<void> {
    let missing: string[] = [];
    const ask = async () => {
      const events = (await Promise.all(names.map(readLogs))).flat().flatMap(lastSvidEvents);
      missing = events.filter((event) => !holds(event)).map(({ spiffeId }) => spiffeId);
      return events.length > 0 && missing.length === 0 ? true : null;
    };
    await waitUntil(what, ask, { timeoutMs, pauseMs: 200 }).catch((error: Error) => {
      throw new Error(`${error.message}; still missing: ${missing.join(', ')}`);
    });
  }

  return {
    async bundlesSince(time, authorities) {
      await untilAll('every workload has the new trust bundle', ({ receivedAt }) => receivedAt >= time);
      // Where there is none, Vault takes its bundle from the Workload API itself.
      if (!names.includes(sidecarName)) return;
      const ask = async () => {
        const logs = await readLogs(sidecarName);
        return logs.every((log) => vaultTrusts(log, time, authorities)) ? true : null;
      };
      await waitUntil('Vault has the new trust bundle', ask, { timeoutMs, pauseMs: 200 });
    },
    svidsIssuedSince: (time) =>
      untilAll('every workload has an SVID of the new authority', ({ notAfter }) => {
        const issuedAt = notAfter.getTime() - options.svidTtlSeconds * 1000;
        return issuedAt >= Math.floor(time.getTime() / 1000) * 1000;
      }),
  };
}

/** Whether the trust updater has given Vault this number of authorities since then. */
export function vaultTrusts(log: string, since: Date, authorities: number): boolean {
  const line = log.split('\n').findLast((candidate) => candidate.includes('"vault_trust_updated"'));
  if (line === undefined) return false;
  const event = JSON.parse(line);
  return event.authorities === authorities && new Date(event.time) >= since;
}
