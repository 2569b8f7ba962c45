import type { SpiffeWorkloadAPIClient, X509BundlesResponse } from '@zt/proto/workload-api';
import { parseTrustBundle, type TrustBundle } from '../identity/trust-bundle.ts';
import { watchStream } from './watch-stream.ts';
import { workloadMetadata } from './workload-api-client.ts';

/** Follows the bundles of all trust domains that the agent knows, for who verifies without an SVID of their own (section 5.2.2). */
export async function watchX509Bundles(
  client: SpiffeWorkloadAPIClient,
  onBundles: (bundles: ReadonlyMap<string, TrustBundle>) => void,
  signal: AbortSignal,
): Promise<void> {
  await watchStream<X509BundlesResponse>({
    open: () => client.fetchX509Bundles({}, workloadMetadata()),
    onEvent(event) {
      if (event.kind !== 'message') return;
      const bundles = Object.entries(event.message.bundles).map(([id, der]) => {
        const trustDomain = id.replace(/^spiffe:\/\//, '');
        return [trustDomain, parseTrustBundle(trustDomain, der)] as const;
      });
      onBundles(new Map(bundles));
    },
    silenceMs: () => null,
    signal,
  });
}
