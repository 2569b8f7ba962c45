import { accessGraph, apiKeyPath } from '@zt/access-graph';
import { VaultError } from '@zt/kit/vault';
import { z } from 'zod';
import type { OperatorVault } from '../operator.ts';
import { defineJob } from '../operator-job.ts';

const apiKeyState = z.object({
  /** The service that calls the third party with it. */
  holder: z.string(),
  thirdParty: z.string(),
  /** The one that is given out. */
  version: z.number(),
  /** RFC 3339. */
  createdAt: z.string(),
});
export type ApiKeyState = z.infer<typeof apiKeyState>;

/** Which version of each third party's API key is given out, and since when: never a key. */
export const listApiKeys = defineJob({
  name: 'list-api-keys',
  input: z.strictObject({}),
  output: z.array(apiKeyState),
  run: (operator) =>
    operator.withVault(async (vault) => {
      const pairs = accessGraph.services.flatMap(({ name, apiKeysOf }) =>
        apiKeysOf.map((thirdParty) => ({ holder: name, thirdParty })),
      );
      const found = await Promise.all(pairs.map((pair) => stateOf(vault, pair)));
      return found.filter((state) => state !== null);
    }),
});

const metadata = z.object({
  current_version: z.number(),
  versions: z.record(z.string(), z.object({ created_time: z.string() })),
});

/** Null where there is none yet. */
async function stateOf(
  { client, token }: OperatorVault,
  { holder, thirdParty }: Pick<ApiKeyState, 'holder' | 'thirdParty'>,
): Promise<ApiKeyState | null> {
  try {
    const { data } = await client.read(`kv/metadata/${apiKeyPath(holder, thirdParty)}`, token);
    const { current_version: version, versions } = metadata.parse(data);
    return { holder, thirdParty, version, createdAt: versions[version]?.created_time ?? '' };
  } catch (error) {
    if (error instanceof VaultError && error.statusCode === 404) return null;
    throw error;
  }
}
