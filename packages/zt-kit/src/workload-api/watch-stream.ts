import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientReadableStream, status } from '@grpc/grpc-js';

/** What happened to a stream that was being watched. */
export type StreamEvent<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  /** The agent has no identity for this workload: not registered, withdrawn, or its authority was tainted a moment ago. */
  | { readonly kind: 'denied' }
  /** No answer from the agent; tried again after a pause. */
  | { readonly kind: 'lost'; readonly detail: string };

export interface WatchOptions<Message> {
  /** Opens the stream anew. */
  open(): ClientReadableStream<Message>;
  /** A listener that throws at a message has been sent something unusable: the stream is opened anew. */
  onEvent(event: StreamEvent<Message>): void;
  /** A stream that stays silent for longer than this after a message is opened anew; null: may stay silent for ever. */
  silenceMs(message: Message): number | null;
  /** A stream whose first message takes longer than this is opened anew: the agent hangs. */
  readonly firstMessageMs?: number;
  /** Pauses between tries grow up to this. */
  readonly longestPauseMs?: number;
  readonly signal: AbortSignal;
}

const shortestPauseMs = 100;
const longestFirstMessageMs = 15_000;
/** Right after a denial the agent may be exchanging a tainted authority's SVIDs: it is asked again at short intervals. */
const eagerTries = 20;

/**
 * Keeps one stream, such as one of the Workload API, open until the signal aborts. Pauses between tries are short at first, grow to
 * five seconds, and vary, so that workloads don't come back all at once (SPIFFE Workload API, section 5).
 */
export async function watchStream<Message>(options: WatchOptions<Message>): Promise<void> {
  const { longestPauseMs = 5_000 } = options;
  let failures = 0;
  while (!options.signal.aborted) {
    const event = await readUntilEnd(options, () => {
      failures = 0;
    });
    if (options.signal.aborted) return;
    failures += 1;
    tell(options, event);
    const growing = shortestPauseMs * 2 ** Math.max(0, failures - (event.kind === 'denied' ? eagerTries : 0));
    const pauseMs = Math.min(growing, longestPauseMs) * (0.75 + Math.random() / 2);
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => {});
  }
}

/** Gives null where the listener took the event, or else what it threw: nothing it does may end the watch. */
function tell<Message>(options: WatchOptions<Message>, event: StreamEvent<Message>): string | null {
  try {
    options.onEvent(event);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'unusable message';
  }
}

function readUntilEnd<Message>(options: WatchOptions<Message>, onMessage: () => void): Promise<StreamEvent<never>> {
  return new Promise((resolve) => {
    const stream = options.open();
    let ended = false;
    const end = (event: StreamEvent<never>): void => {
      ended = true;
      clearTimeout(silence);
      options.signal.removeEventListener('abort', abort);
      stream.cancel();
      resolve(event);
    };
    const abort = (): void => end({ kind: 'lost', detail: 'stopped' });
    let silence: NodeJS.Timeout | undefined = setTimeout(
      () => end({ kind: 'lost', detail: 'the agent does not answer' }),
      options.firstMessageMs ?? longestFirstMessageMs,
    );
    options.signal.addEventListener('abort', abort, { once: true });
    stream.on('data', (message: Message) => {
      // What a cancelled stream still had in its buffer is older than what its successor says.
      if (ended) return;
      clearTimeout(silence);
      const trouble = tell(options, { kind: 'message', message });
      if (trouble !== null) return end({ kind: 'lost', detail: trouble });
      onMessage();
      const silenceMs = options.silenceMs(message);
      if (silenceMs !== null) {
        silence = setTimeout(
          () => end({ kind: 'lost', detail: 'the stream fell silent' }),
          Math.min(silenceMs, 2 ** 31 - 1),
        );
      }
    });
    stream.on('error', (error: Error & { code?: status; details?: string }) => {
      if (error.code === status.PERMISSION_DENIED) end({ kind: 'denied' });
      else end({ kind: 'lost', detail: error.details ?? error.message });
    });
    stream.on('end', () => end({ kind: 'lost', detail: 'the agent ended the stream' }));
  });
}
