import { AuditServiceClient, type WatchPolicyBundlesResponse } from '@zt/proto/audit';
import type { X509Source } from '../identity/x509-source.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { watchStream } from '../workload-api/watch-stream.ts';
import { channelOptions } from './channel-options.ts';
import { createWatchedChannel } from './watched-channel.ts';
import { workloadId } from './workload-id.ts';

/** The ledger says something every few seconds; a stream that is silent for longer is opened anew. */
const silenceMs = 15_000;

/**
 * Hears of policy bundles for as long as the service runs. Where the ledger can't be reached, what is in force stays so: a
 * bundle says what policy observes, and nothing that ends with time.
 */
export function createBundleStream(
  source: X509Source,
  address: string,
  take: (statement: string) => Promise<void>,
): { close(): void } {
  const closed = new AbortController();
  const ledger = workloadId(source.current().svid.spiffeId, 'audit');
  const credentials = createMtlsChannelCredentials(source, authorizeSpiffeIds(ledger));
  const channel = createWatchedChannel(() => new AuditServiceClient(address, credentials, channelOptions));
  void watchStream<WatchPolicyBundlesResponse>({
    open: () => channel.inForce().watchPolicyBundles({}),
    onEvent(event) {
      if (event.kind === 'message' && event.message.statement !== '') void take(event.message.statement);
    },
    silenceMs: () => silenceMs,
    longestPauseMs: 1_000,
    signal: closed.signal,
  });
  return {
    close() {
      closed.abort();
      channel.close();
    },
  };
}
