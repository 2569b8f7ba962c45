import { setTimeout as delay } from 'node:timers/promises';
import type { VaultClient } from '@zt/kit/vault';
import { messageOf } from '../error-message.ts';
import { sealStatus, unseal } from './seal.ts';

export type UnsealEvent =
  | { readonly event: 'vault_awaited'; readonly detail: string }
  | { readonly event: 'vault_not_initialised' }
  | { readonly event: 'vault_open' }
  | { readonly event: 'vault_unsealed' }
  | { readonly event: 'vault_unseal_failed'; readonly detail: string };

const lookMs = 2_000;
const longestPauseMs = 30_000;

/**
 * Unseals Vault whenever it is found sealed, until the signal aborts: with the key that somebody else wrote when Vault was
 * initialised, read anew each time. A Vault that can't be reached, or was never initialised, is waited for; what fails is
 * tried again after longer and longer pauses. Tells each change once, and a failure when it comes again: for a moment
 * after it was initialised a Vault is sealed, and its key not written yet.
 */
export async function keepUnsealed(options: {
  readonly client: VaultClient;
  readonly unsealKeyFile: string;
  readonly log: (event: UnsealEvent) => void;
  readonly signal: AbortSignal;
  readonly pauseMs?: number;
}): Promise<void> {
  const { client, unsealKeyFile, log, signal, pauseMs = lookMs } = options;
  let told = '';
  let failures = 0;
  while (!signal.aborted) {
    const event = await look(client, unsealKeyFile);
    failures = event.event === 'vault_unseal_failed' ? failures + 1 : 0;
    if (signal.aborted) return;
    if (failures !== 1) {
      if (JSON.stringify(event) !== told) log(event);
      // That it is open from then on goes without saying.
      told = JSON.stringify(event.event === 'vault_unsealed' ? { event: 'vault_open' } : event);
    }
    const pause = Math.min(pauseMs * 2 ** Math.max(0, failures - 1), longestPauseMs);
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function look(client: VaultClient, unsealKeyFile: string): Promise<UnsealEvent> {
  try {
    const { initialized, sealed } = await sealStatus(client);
    if (!initialized) return { event: 'vault_not_initialised' };
    if (!sealed) return { event: 'vault_open' };
  } catch (error) {
    return { event: 'vault_awaited', detail: messageOf(error) };
  }
  try {
    await unseal(client, unsealKeyFile);
    return { event: 'vault_unsealed' };
  } catch (error) {
    return { event: 'vault_unseal_failed', detail: messageOf(error) };
  }
}
