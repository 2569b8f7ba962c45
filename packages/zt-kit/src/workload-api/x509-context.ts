import type { X509SVIDResponse } from '@zt/proto/workload-api';
import { createIdentitySnapshot, type IdentitySnapshot } from '../identity/identity-snapshot.ts';
import { parseTrustBundle } from '../identity/trust-bundle.ts';
import { parseX509Svid } from '../identity/x509-svid.ts';

/**
 * Reads one message of the X.509 stream. Of several SVIDs it takes the one with the given id, or the first, which the
 * standard calls the default (SPIFFE Workload API, section 5.2.1). Throws a `TypeError` where anything in it is unusable.
 */
export function parseX509Context(message: X509SVIDResponse, spiffeId?: string): IdentitySnapshot {
  const entry = spiffeId === undefined ? message.svids[0] : message.svids.find((svid) => svid.spiffeId === spiffeId);
  if (entry === undefined) throw new TypeError(`the agent sent no SVID ${spiffeId ?? 'at all'}`);
  const svid = parseX509Svid(entry.x509Svid, entry.x509SvidKey, entry.hint);
  if (svid.spiffeId.uri !== entry.spiffeId) throw new TypeError('the agent sent an SVID under another id');
  const federated = Object.entries(message.federatedBundles)
    .map(([id, der]) => ({ trustDomain: id.replace(/^spiffe:\/\//, ''), der }))
    // A federated bundle never speaks for the own trust domain.
    .filter(({ trustDomain }) => trustDomain !== svid.spiffeId.trustDomain);
  return createIdentitySnapshot(svid, [
    parseTrustBundle(svid.spiffeId.trustDomain, entry.bundle),
    ...federated.map(({ trustDomain, der }) => parseTrustBundle(trustDomain, der)),
  ]);
}
