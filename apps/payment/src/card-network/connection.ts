import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';

/** HTTPS to one server, which one authority vouches for. */
export interface CardNetworkConnection {
  /** Rejects where there is no answer: nothing of the request is in the error. */
  post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly text: string }>;
  get(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly text: string }>;
  close(): Promise<void>;
}

const longestAnswerBytes = 64 * 1024;
const connectMs = 2_000;

/** Follows no redirect and uses no proxy. The authority's file is read for each request: it may be replaced. */
export function createCardNetworkConnection(url: string, caFile: string): CardNetworkConnection {
  let agent: { readonly ca: string; readonly dispatcher: Agent } | null = null;

  async function dispatcher(): Promise<Agent> {
    const ca = await readFile(caFile, 'utf8');
    if (agent?.ca !== ca) {
      void agent?.dispatcher.close();
      const connect = { ca, timeout: connectMs, minVersion: 'TLSv1.3' as const };
      agent = { ca, dispatcher: new Agent({ connect, connections: 64, maxResponseSize: longestAnswerBytes }) };
    }
    return agent.dispatcher;
  }

  return {
    async post(path, headers, body, signal) {
      const response = await request(`${url}${path}`, {
        method: 'POST',
        dispatcher: await dispatcher(),
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal,
      });
      return { status: response.statusCode, text: await response.body.text() };
    },
    async get(path, headers, signal) {
      const response = await request(`${url}${path}`, { dispatcher: await dispatcher(), headers, signal });
      return { status: response.statusCode, text: await response.body.text() };
    },
    async close() {
      await agent?.dispatcher.destroy();
    },
  };
}
