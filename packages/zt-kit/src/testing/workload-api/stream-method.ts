import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Speaker } from './manner.ts';
import { checkHeader, statusOf } from './refusal.ts';

/** A method of the API that answers with a stream: whoever comes hears what is, whoever stays hears of each change. */
export interface StreamMethod<Response> {
  handle(call: ServerWritableStream<unknown, Response>): void;
  /** Tells whoever listens what is the answer now. */
  tell(): void;
  end(refusal: Error): void;
}

/** Where `answer` throws, the stream ends with what it throws, and `onRefused` hears of it. */
export function createStreamMethod<Response>(
  speaker: Speaker,
  answer: () => Response,
  onRefused: (refusal: unknown) => void,
): StreamMethod<Response> {
  type Call = ServerWritableStream<unknown, Response>;
  const listeners = new Set<Call>();

  function refuse(call: Call, refusal: unknown): void {
    listeners.delete(call);
    call.emit('error', statusOf(refusal));
  }

  function say(call: Call): void {
    if (!listeners.has(call)) return;
    try {
      checkHeader(call.metadata);
      call.write(answer());
      if (speaker.manner.kind === 'broken') {
        listeners.delete(call);
        call.end();
      }
    } catch (refusal) {
      onRefused(refusal);
      refuse(call, refusal);
    }
  }

  return {
    handle(call) {
      listeners.add(call);
      call.on('close', () => listeners.delete(call));
      speaker.speak(call, () => say(call));
    },
    tell() {
      for (const call of listeners) speaker.speak(call, () => say(call));
    },
    end(refusal) {
      for (const call of listeners) refuse(call, refusal);
    },
  };
}
