import type { ChannelOptions } from '@grpc/grpc-js';

/**
 * Services here give the same answer to the same request again (every call that changes something carries a key), so a
 * call that got no answer because a connection went away is sent once more.
 */
const serviceConfig = JSON.stringify({
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
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
  'grpc.use_local_subchannel_pool': 1,
});
