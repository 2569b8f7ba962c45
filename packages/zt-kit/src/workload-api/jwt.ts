import type { JWTBundlesResponse, SpiffeWorkloadAPIClient } from '@zt/proto/workload-api';
import { ZeroTrustError } from '../errors.ts';
import { parseSpiffeId, type SpiffeId } from '../identity/spiffe-id.ts';
import { watchStream } from './watch-stream.ts';
import { workloadMetadata } from './workload-api-client.ts';

/** A workload's own bearer token (SPIFFE JWT-SVID). For peers that end TLS before the workload: prefer mutual TLS. */
export interface JwtSvid {
  readonly spiffeId: SpiffeId;
  /** A secret until it expires. */
  readonly token: string;
}

const timeoutMs = 5_000;

/** Asks the agent for a JWT-SVID for these audiences (SPIFFE Workload API, section 6.2.1). */
export function fetchJwtSvid(
  client: SpiffeWorkloadAPIClient,
  audience: readonly [string, ...string[]],
): Promise<JwtSvid> {
  return new Promise((resolve, reject) => {
    const request = { audience: [...audience], spiffeId: '' };
    client.fetchJwtsvid(request, workloadMetadata(), { deadline: Date.now() + timeoutMs }, (error, response) => {
      try {
        const [svid] = response?.svids ?? [];
        if (svid === undefined) throw error ?? new TypeError('the answer is empty');
        resolve({ spiffeId: parseSpiffeId(svid.spiffeId), token: svid.svid });
      } catch (cause) {
        reject(new ZeroTrustError('identity_unavailable', 'the agent gave no JWT-SVID', { cause }));
      }
    });
  });
}

/** Follows the keys that verify JWT-SVIDs, by trust domain, as JSON Web Key Sets (section 6.2.2), until the signal aborts. */
export async function watchJwtBundles(
  client: SpiffeWorkloadAPIClient,
  onBundles: (keySets: ReadonlyMap<string, string>) => void,
  signal: AbortSignal,
): Promise<void> {
  await watchStream<JWTBundlesResponse>({
    open: () => client.fetchJwtBundles({}, workloadMetadata()),
    onEvent(event) {
      if (event.kind !== 'message') return;
      const keySets = Object.entries(event.message.bundles).map(
        ([id, keys]) => [id.replace(/^spiffe:\/\//, ''), Buffer.from(keys).toString('utf8')] as const,
      );
      onBundles(new Map(keySets));
    },
    silenceMs: () => null,
    signal,
  });
}
