import { type Client, connectivityState } from '@grpc/grpc-js';

/** A channel that is replaced when it hangs. */
export interface WatchedChannel<Channel extends Client> {
  /** The one to make the next call on. */
  inForce(): Channel;
  close(): void;
}

/**
 * grpc-js has no limit on connecting: where the network swallowed the first attempt, a channel stays dead for minutes
 * after the way is free. So one that has been connecting for longer than the timeout is given up at the next call.
 */
export function createWatchedChannel<Channel extends Client>(
  open: () => Channel,
  connectTimeoutMs = 5_000,
): WatchedChannel<Channel> {
  let channel = open();
  let connectingSince: number | null = null;

  return {
    inForce() {
      const state = channel.getChannel().getConnectivityState(true);
      const isConnecting = state === connectivityState.CONNECTING;
      if (isConnecting && connectingSince !== null && performance.now() - connectingSince > connectTimeoutMs) {
        channel.close();
        channel = open();
        connectingSince = null;
      } else if (isConnecting) {
        connectingSince ??= performance.now();
      } else {
        // Asking an idle channel for its state has just made it connect.
        connectingSince = state === connectivityState.IDLE ? performance.now() : null;
      }
      return channel;
    },
    close: () => channel.close(),
  };
}
