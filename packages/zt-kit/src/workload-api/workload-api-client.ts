import { credentials, Metadata } from '@grpc/grpc-js';
import { SpiffeWorkloadAPIClient } from '@zt/proto/workload-api';
import { answerLimits } from '../limits.ts';

/** The header without which an agent refuses to answer (SPIFFE Workload Endpoint, section 6.1): it proves that no browser was tricked into asking. */
export function workloadMetadata(): Metadata {
  const metadata = new Metadata();
  metadata.set('workload.spiffe.io', 'true');
  return metadata;
}

/**
 * A client of the Workload API at `unix:///…`. There is no TLS and no login: the agent sees with the kernel's help
 * which process is at the other end of the socket (SPIFFE Workload Endpoint, sections 3 and 5).
 */
export function createWorkloadApiClient(socket: string): SpiffeWorkloadAPIClient {
  if (!socket.startsWith('unix:///')) {
    throw new TypeError('SPIFFE_ENDPOINT_SOCKET has to be a Unix socket, such as unix:///run/spire/agent.sock');
  }
  return new SpiffeWorkloadAPIClient(socket, credentials.createInsecure(), {
    'grpc.enable_http_proxy': 0,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.max_receive_message_length': answerLimits.grpcBytes,
    // Pauses between tries are the watch loop's business: the channel shall try at once when it is asked.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    'grpc.use_local_subchannel_pool': 1,
  });
}
