import type { ChannelOptions } from '@grpc/grpc-js';
import { answerLimits } from '../limits.ts';

/**
 * Calls go to all copies of a service in turn, each over a connection of its own; a copy that cannot be reached gets none.
 *
 * Services here give the same answer to the same request again (every call that changes something carries a key), so a
 * call that got no answer because a connection went away is sent once more.
 */
const serviceConfig = JSON.stringify({
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.05s',
        maxBackoff: '0.5s',
        backoffMultiplier: 3,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
});

/** How every client here behaves. */
export const channelOptions: ChannelOptions = Object.freeze({
  'grpc.service_config': serviceConfig,
  // Whoever answers for names has no say in it.
  'grpc.service_config_disable_resolution': 1,
  // A name is looked up again when a connection ends or none comes about, by itself at most every 30 s: a container that
  // was started anew has another address by then. Connections end with the SVIDs they began with, if not before, so
  // copies that were added are found within one rotation.
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_receive_message_length': answerLimits.grpcBytes,
  'grpc.use_local_subchannel_pool': 1,
});
