import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientReadableStream } from '@grpc/grpc-js';
import type { WatchSessionsResponse } from '@zt/proto/identity';
import type { PeerWatch } from '../delegation/peer-watch.ts';
import type { SecurityEventReceiver } from '../delegation/security-event-receiver.ts';
import { newsOfEvents } from '../delegation/session-news.ts';
import { createSessionWatch, type SessionWatch, type SessionWatchOptions } from '../delegation/session-watch.ts';
import { watchStream } from '../workload-api/watch-stream.ts';
import type { Log } from './log.ts';

/** A watch that listens to identity, for as long as the service runs. */
export interface SessionStream extends SessionWatch, PeerWatch {
  /** Waits until sessions are known, or for this long: then calls for users are refused until they are. */
  known(timeoutMs: number): Promise<void>;
  close(): void;
}

export interface SessionStreamOptions extends SessionWatchOptions {
  /** Opens identity's stream anew. What is signed for it will name this state. */
  readonly open: (state: string) => ClientReadableStream<WatchSessionsResponse>;
  /** Checks what comes in a stream of this state. */
  readonly receiverOf: (state: string) => SecurityEventReceiver;
  readonly log: Log;
  /** A stream that stays silent for longer is opened anew. */
  readonly reopenAfterMs?: number;
  /** After events that were refused, the next stream is opened no sooner. */
  readonly refusedPauseMs?: number;
}

interface OpenStream {
  readonly receiver: SecurityEventReceiver;
  readonly stream: ClientReadableStream<WatchSessionsResponse>;
  /** Settles when the messages before have been taken: to verify one takes time, and their order counts. */
  taken: Promise<void>;
}

const longestPauseMs = 1_000;
/** Connections end with the SVIDs that they began with: that a stream is opened anew is not worth a line in the log. */
const unremarkableMs = 5_000;

export function createSessionStream({
  open,
  receiverOf,
  log,
  reopenAfterMs = 10_000,
  refusedPauseMs = 1_000,
  ...options
}: SessionStreamOptions): SessionStream {
  const watch = createSessionWatch(options);
  const closed = new AbortController();
  const first = Promise.withResolvers<void>();
  let current: OpenStream | null = null;
  let lostAt: number | null = null;
  let isTold = false;

  async function take(from: OpenStream, { securityEvents }: WatchSessionsResponse): Promise<void> {
    if (from !== current) return;
    try {
      const heard = await from.receiver.receive(securityEvents, new Date());
      // The stream may have ended meanwhile.
      if (heard === null || from !== current) return;
      watch.hear(newsOfEvents(heard));
      if (isTold) log.info('sessions_known_again');
      lostAt = null;
      isTold = false;
      first.resolve();
    } catch (error) {
      if (from !== current) return;
      current = null;
      log.warn('security_events_refused', { error: error instanceof Error ? error.message : String(error) });
      lose('events were refused');
      await sleep(refusedPauseMs, undefined, { signal: closed.signal }).catch(() => {});
      from.stream.cancel();
    }
  }

  function lose(detail: string): void {
    watch.lose();
    lostAt ??= performance.now();
    if (isTold || performance.now() - lostAt < unremarkableMs) return;
    isTold = true;
    log.warn('sessions_unknown', { detail });
  }

  void watchStream({
    open() {
      const state = randomBytes(24).toString('base64url');
      current = { receiver: receiverOf(state), stream: open(state), taken: Promise.resolve() };
      return current.stream;
    },
    onEvent(event) {
      switch (event.kind) {
        case 'message': {
          const from = current;
          if (from !== null) from.taken = from.taken.then(() => take(from, event.message));
          return;
        }
        case 'denied':
        case 'lost':
          current = null;
          lose(event.kind === 'lost' ? event.detail : event.kind);
      }
    },
    silenceMs: () => reopenAfterMs,
    longestPauseMs,
    signal: closed.signal,
  });

  return {
    stateOf: (sessionId, userId, now) => watch.stateOf(sessionId, userId, now),
    standingOf: (spiffeId) => watch.standingOf(spiffeId),
    onQuarantined: (listener) => watch.onQuarantined(listener),
    async known(timeoutMs) {
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, timeoutMs);
      await Promise.race([first.promise, timeout.promise]);
      clearTimeout(timer);
    },
    close: () => closed.abort(),
  };
}
