import type { VaultAnswer } from './vault-client.ts';
import { VaultError } from './vault-client.ts';

/** How long something that Vault gave out holds. Counted on this machine's clock from before Vault was asked: never too late. */
export interface Lease {
  readonly id: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Reads the lease of an answer. It ends with the token it was taken with, whatever Vault says of the lease itself. */
export function parseLease(answer: VaultAnswer, askedAt: Date, tokenEndsAt: Date): Lease {
  const { lease_id: id, lease_duration: seconds } = answer;
  if (typeof id !== 'string' || id === '' || typeof seconds !== 'number' || !(seconds > 0)) {
    throw new VaultError(200, 'Vault answered without a lease');
  }
  const endsAt = new Date(Math.min(askedAt.getTime() + seconds * 1000, tokenEndsAt.getTime()));
  return Object.freeze({ id, startsAt: askedAt, endsAt });
}
