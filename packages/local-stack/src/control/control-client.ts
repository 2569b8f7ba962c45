import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type StackStatus, stackStatus } from './stack-status.ts';

export interface ControlClient {
  /** Null where nothing runs behind the socket. */
  status(): Promise<StackStatus | null>;
  /** False where nothing runs behind the socket; otherwise settles when the stack has stopped. */
  stop(): Promise<boolean>;
  certificateWritten(server: string): Promise<void>;
  /** Unseals Vault with the key that the stack keeps. */
  unseal(): Promise<void>;
}

const statusTimeoutMs = 5_000;
const stopTimeoutMs = 120_000;

/** Talks to a running stack. Throws where it answers with an error. */
export function createControlClient(socket: string): ControlClient {
  return {
    async status() {
      const answer = await ask(socket, 'GET', '/status', statusTimeoutMs);
      return answer === null ? null : stackStatus.parse(answer);
    },
    async stop() {
      return (await ask(socket, 'POST', '/stop', stopTimeoutMs)) !== null;
    },
    async certificateWritten(server) {
      await ask(socket, 'POST', '/certificate-written', statusTimeoutMs, { server });
    },
    async unseal() {
      await ask(socket, 'POST', '/trouble', statusTimeoutMs, { what: 'unseal' });
    },
  };
}

async function ask(
  socketPath: string,
  method: string,
  path: string,
  timeoutMs: number,
  body?: unknown,
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const asked = request({ socketPath, method, path, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
    text(response).then((answer) => {
      const parsed: unknown = JSON.parse(answer);
      if (response.statusCode === 200) resolve(parsed);
      else reject(new Error(`the stack could not do that: ${answer}`));
    }, reject);
  });
  asked.on('error', (error: NodeJS.ErrnoException) => {
    // A stack that is stopping hangs up.
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(error.code ?? '')) resolve(null);
    else if (error.name === 'AbortError')
      reject(new Error('the stack does not answer: is it suspended?', { cause: error }));
    else reject(error);
  });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
