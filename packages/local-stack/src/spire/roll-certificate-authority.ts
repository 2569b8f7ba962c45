import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { SpireServerCommands } from './spire-server-commands.ts';

export type RollStep = 'prepare' | 'activate' | 'taint' | 'revoke';

/** What the workloads are seen to have; each waits until all of them do, and throws where that takes too long. */
export interface RollObserver {
  /** Every workload, and Vault, got the trust bundle as it is since that time. */
  bundlesSince(time: Date, authorities: number): Promise<void>;
  /** Every workload has an SVID that was issued at that time or later. */
  svidsIssuedSince(time: Date): Promise<void>;
}

const authority = z.object({ authority_id: z.string() });
const shown = z.object({ active: authority, old: authority.nullish() });
const prepared = z.object({ prepared_authority: authority });

/** Certificates tell time in whole seconds. */
const secondMs = 1_100;

/**
 * Replaces the key with which SPIRE signs SVIDs, without a call that fails: the new authority is trusted before it
 * signs, and the old one is trusted until nobody has an SVID of it. Returns the ids of both.
 */
export async function rollCertificateAuthority(
  server: SpireServerCommands,
  observer: RollObserver,
  onStep: (step: RollStep) => void,
): Promise<{ readonly from: string; readonly to: string }> {
  const command = (verb: string, id?: string) =>
    server.json(['localauthority', 'x509', verb, ...(id === undefined ? [] : ['-authorityID', id])]);
  const from = shown.parse(await command('show')).active.authority_id;

  onStep('prepare');
  const preparedAt = new Date();
  const to = prepared.parse(await command('prepare')).prepared_authority.authority_id;
  await observer.bundlesSince(preparedAt, 2);

  onStep('activate');
  await command('activate', to);
  const activatedAt = new Date();
  await delay(secondMs);

  onStep('taint');
  await command('taint', from);
  await observer.svidsIssuedSince(activatedAt);

  onStep('revoke');
  const revokedAt = new Date();
  await command('revoke', from);
  await observer.bundlesSince(revokedAt, 1);
  return { from, to };
}
