import type { ClientReadableStream } from '@grpc/grpc-js';
import type { WatchSessionsResponse } from '@zt/proto/identity';
import { createSessionWatch, type SessionWatch, type SessionWatchOptions } from '../delegation/session-watch.ts';
import { watchStream } from '../workload-api/watch-stream.ts';
import type { Log } from './log.ts';

/** A watch that listens to identity, for as long as the service runs. */
export interface SessionStream extends SessionWatch {
  /** Waits until sessions are known, or for this long: then calls for users are refused until they are. */
  known(timeoutMs: number): Promise<void>;
  close(): void;
}

export interface SessionStreamOptions extends SessionWatchOptions {
  /** Opens identity's stream anew. */
  readonly open: () => ClientReadableStream<WatchSessionsResponse>;
  readonly log: Log;
  /** A stream that stays silent for longer is opened anew. */
  readonly reopenAfterMs?: number;
}

const longestPauseMs = 1_000;
/** Connections end with the SVIDs that they began with: that a stream is opened anew is not worth a line in the log. */
const unremarkableMs = 5_000;

export function createSessionStream({
  open,
  log,
  reopenAfterMs = 10_000,
  ...options
}: SessionStreamOptions): SessionStream {
  const watch = createSessionWatch(options);
  const closed = new AbortController();
  const first = Promise.withResolvers<void>();
  let lostAt: number | null = null;
  let isTold = false;

  void watchStream({
    open,
    onEvent(event) {
      switch (event.kind) {
        case 'message':
          watch.hear(event.message);
          if (isTold) log.info('sessions_known_again');
          lostAt = null;
          isTold = false;
          first.resolve();
          return;
        case 'denied':
        case 'lost':
          watch.lose();
          lostAt ??= performance.now();
          if (isTold || performance.now() - lostAt < unremarkableMs) return;
          isTold = true;
          log.warn('sessions_unknown', { detail: event.kind === 'lost' ? event.detail : event.kind });
      }
    },
    silenceMs: () => reopenAfterMs,
    longestPauseMs,
    signal: closed.signal,
  });

  return {
    stateOf: (sessionId, userId, now) => watch.stateOf(sessionId, userId, now),
    async known(timeoutMs) {
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, timeoutMs);
      await Promise.race([first.promise, timeout.promise]);
      clearTimeout(timer);
    },
    close: () => closed.abort(),
  };
}
