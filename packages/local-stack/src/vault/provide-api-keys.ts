import { type AccessGraph, apiKeyPath } from '@zt/access-graph';
import { type VaultClient, VaultError } from '@zt/kit/vault';
import pRetry from 'p-retry';

/** Asks a third party for a key, for a Vault that has none of it yet. */
export type IssueApiKey = (thirdParty: string) => Promise<string>;

const readyWithinMs = 10_000;

/** Puts the first version of each API key of the graph into the engine `kv`, where there is none. Later ones are others' to write. */
export async function provideApiKeys(
  client: VaultClient,
  token: string,
  graph: AccessGraph,
  issue: IssueApiKey,
): Promise<void> {
  for (const { name, apiKeysOf } of graph.services) {
    for (const thirdParty of apiKeysOf) {
      const path = apiKeyPath(name, thirdParty);
      if (await isThere(client, token, path)) continue;
      const key = await issue(thirdParty);
      // Check-and-set: never over a version that somebody else wrote meanwhile.
      await client.write(`kv/data/${path}`, { data: { key }, options: { cas: 0 } }, token);
    }
  }
}

async function isThere(client: VaultClient, token: string, path: string): Promise<boolean> {
  // A versioned engine that was just enabled says 400 for a moment.
  const ask = () => client.read(`kv/metadata/${path}`, token);
  const isMoment = (error: unknown): boolean => error instanceof VaultError && error.statusCode === 400;
  try {
    await pRetry(ask, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 50,
      maxTimeout: 500,
      maxRetryTime: readyWithinMs,
      shouldRetry: ({ error }) => isMoment(error),
    });
    return true;
  } catch (error) {
    if (error instanceof VaultError && error.statusCode === 404) return false;
    throw error;
  }
}
