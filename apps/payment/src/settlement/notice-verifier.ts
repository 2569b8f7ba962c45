import { createNoticeVerifier, createSigningKeySource, type NoticeVerifier } from '@zt/kit/delegation';
import type { JSONWebKeySet } from 'jose';
import type { CardNetwork } from '../card-network/card-network.ts';

/** Younger ones only: the network signs a notice anew each time that it sends it. */
const longestAgeSeconds = 300;

/** Verifies the card network's notices for this service, with keys that the network itself gives over HTTPS. */
export function createSettlementNoticeVerifier(
  network: Pick<CardNetwork, 'fetchKeys'>,
  audience: string,
): NoticeVerifier {
  const fetchKeys = async (): Promise<JSONWebKeySet> => (await network.fetchKeys()) as JSONWebKeySet;
  return createNoticeVerifier({
    issuer: 'card-network',
    type: 'settlement+jwt',
    audience,
    keys: createSigningKeySource({ fetchKeys, algorithm: 'EdDSA' }),
    longestAgeSeconds,
  });
}
