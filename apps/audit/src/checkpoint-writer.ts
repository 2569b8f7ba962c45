import { ZeroTrustError } from '@zt/kit/errors';
import type { X509Source } from '@zt/kit/identity';
import type { AuditStore } from './audit-store.ts';
import { nextCheckpoint, signCheckpoint } from './checkpoint.ts';

/** Signs where the chains end, every few seconds in which anything was added. */
export interface CheckpointWriter {
  /** Writes a last one. */
  close(): Promise<void>;
}

/**
 * Writes the next checkpoint where there is one. Throws `identity_unavailable` where the SVID is not valid at this moment:
 * after the clock has stepped back it may not be yet, and a statement signed before its certificate began proves nothing.
 */
export async function writeCheckpoint(
  store: Pick<AuditStore, 'heads' | 'gaps' | 'lastCheckpoint' | 'addCheckpoint'>,
  source: X509Source,
  now: Date,
): Promise<void> {
  const checkpoint = nextCheckpoint(
    await store.lastCheckpoint(),
    { heads: await store.heads(), gaps: await store.gaps() },
    now,
  );
  if (checkpoint === null) return;
  const { svid } = source.current();
  if (now < svid.notBefore) throw new ZeroTrustError('identity_unavailable', 'the SVID is not valid yet');
  await store.addCheckpoint(checkpoint.number, await signCheckpoint(checkpoint, svid));
}

export function createCheckpointWriter(options: {
  readonly store: AuditStore;
  readonly source: X509Source;
  readonly everyMs: number;
  readonly onFailure: (error: unknown) => void;
}): CheckpointWriter {
  const { store, source, everyMs, onFailure } = options;
  let timer: NodeJS.Timeout;
  let closed = false;
  let writing = Promise.resolve();
  const write = () => writeCheckpoint(store, source, new Date()).catch(onFailure);
  const schedule = (): void => {
    timer = setTimeout(() => {
      writing = write().then(() => {
        if (!closed) schedule();
      });
    }, everyMs);
  };
  schedule();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
}
