import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';

/** What came on a stream until now, and how it ended. */
export interface StreamRecorder<Message> {
  readonly messages: readonly Message[];
  /** What it ended with; null while it is open, `end` where the server had no more to say. */
  readonly outcome: ServiceError | 'end' | null;
  cancel(): void;
}

export function recordStream<Message>(stream: ClientReadableStream<Message>): StreamRecorder<Message> {
  const messages: Message[] = [];
  let outcome: ServiceError | 'end' | null = null;
  stream.on('data', (message: Message) => messages.push(message));
  stream.on('error', (error: ServiceError) => {
    outcome ??= error;
  });
  stream.on('end', () => {
    // An error comes just after the end that it causes.
    setImmediate(() => {
      outcome ??= 'end';
    });
  });
  return {
    messages,
    get outcome() {
      return outcome;
    },
    cancel: () => stream.cancel(),
  };
}
