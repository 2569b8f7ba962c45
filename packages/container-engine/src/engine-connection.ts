import { type IncomingMessage, request } from 'node:http';

/** Nothing that the engine says of one container, or of all of one project, is nearly as long. */
const longestAnswer = 4 * 1024 * 1024;
const timeoutMs = 10_000;

/** The API of a container engine, as far as it only reads. */
export interface EngineConnection {
  /** Settles with the head of the answer; what follows is the caller's to read or to destroy. Rejects where none comes. */
  open(method: 'GET' | 'HEAD', path: string): Promise<IncomingMessage>;
  /** The whole of a short answer, as JSON. */
  json(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Asks at a Unix socket, over a connection of its own each time: an engine that was started anew is found again. */
export function createEngineConnection(socketPath: string): EngineConnection {
  async function open(method: 'GET' | 'HEAD', path: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const asked = request({ socketPath, method, path, agent: false, headers: { host: 'engine' } }, resolve);
    const timer = setTimeout(() => asked.destroy(new Error('the engine does not answer')), timeoutMs);
    asked.on('error', reject);
    asked.end();
    return await promise.finally(() => clearTimeout(timer));
  }

  return {
    open,
    async json(path) {
      const answer = await open('GET', path);
      answer.setTimeout(timeoutMs, () => answer.destroy(new Error('the engine stopped in the midst of an answer')));
      const pieces: Buffer[] = [];
      let length = 0;
      for await (const piece of answer as AsyncIterable<Buffer>) {
        length += piece.length;
        if (length > longestAnswer) throw new Error("the engine's answer is too long");
        pieces.push(piece);
      }
      return { status: answer.statusCode ?? 0, body: JSON.parse(Buffer.concat(pieces).toString('utf8')) };
    },
  };
}
