import { ZeroTrustError } from '@zt/kit/errors';
import { createWorkloadX509Source, type WorkloadX509Source } from '@zt/kit/workload-api';
import { messageOf } from '../error-message.ts';
import type { ProgramLog } from '../sidecar/program-log.ts';

/**
 * Gives the identity that belongs to this container once the agent gives one out, however long that takes: in a stack of
 * containers agent, entries and workloads start in any order. Says now and then that it waits. Throws a `TypeError` for an
 * address that is no Unix socket.
 */
export async function awaitIdentity(
  options: { readonly socket: string; readonly spiffeId?: string; readonly startTimeoutMs?: number },
  log: ProgramLog,
): Promise<WorkloadX509Source> {
  for (;;) {
    try {
      return await createWorkloadX509Source({
        ...options,
        log: ({ event, ...fields }) => log('info', event, fields),
      });
    } catch (error) {
      if (!(error instanceof ZeroTrustError)) throw error;
      log('warn', 'identity_awaited', { detail: messageOf(error) });
    }
  }
}
