import type { CardNetworkAdmin } from '@zt/card-network/admin';

export type RotationStep = 'issue' | 'write' | 'use' | 'revoke';

/** What payment is seen to do with its key. */
export interface KeyObserver {
  /** Payment has taken this version. Throws where that takes too long. */
  taken(version: number): Promise<void>;
  /** Whoever began a call with the version before has ended it. */
  callsEnded(): Promise<void>;
}

/**
 * Replaces the API key with which payment calls the card network, without a payment that fails: the new one is accepted
 * before it is used, and the old one until nobody uses it any more. Returns the new version in Vault. Where it does not
 * get as far as `revoke`, all keys go on being accepted, and it can be run again.
 */
export async function rotateApiKey(options: {
  readonly network: Pick<CardNetworkAdmin, 'listKeys' | 'issueKey' | 'revokeKey'>;
  /** Makes it the next version in Vault, and gives that version. */
  readonly writeKey: (key: string) => Promise<number>;
  readonly observer: KeyObserver;
  readonly onStep: (step: RotationStep) => void;
}): Promise<{ readonly version: number; readonly revoked: number }> {
  const { network, writeKey, observer, onStep } = options;

  onStep('issue');
  const before = await network.listKeys();
  const { key } = await network.issueKey();

  onStep('write');
  // Where this fails Vault may have it all the same, and payment soon: revoking it here could stop every payment.
  const version = await writeKey(key);

  onStep('use');
  await observer.taken(version);
  await observer.callsEnded();

  onStep('revoke');
  for (const old of before) await network.revokeKey(old.keyId);
  return { version, revoked: before.length };
}
