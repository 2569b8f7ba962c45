import { open, readFile, rename } from 'node:fs/promises';
import type { VaultClient } from '@zt/kit/vault';
import { generateRootToken, withRootToken } from './root-token.ts';

/** The unseal key opens everything that Vault keeps. It lives as long as the stack's state, in a file of mode 0600. */
export async function readUnsealKey(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim();
}

/** Initialises a new Vault with one key share and keeps the key. Gives the first root token; null where Vault was initialised before. */
export async function initialise(client: VaultClient, unsealKeyFile: string): Promise<string | null> {
  const { initialized } = await sealStatus(client);
  if (initialized) return null;
  const answer = (await client.write('sys/init', { secret_shares: 1, secret_threshold: 1 })) as InitAnswer;
  const [key] = answer.keys_base64;
  if (key === undefined) throw new TypeError('Vault gave no unseal key');
  await writeDurably(unsealKeyFile, key);
  return answer.root_token;
}

/** Unseals Vault where it is sealed. */
export async function unseal(client: VaultClient, unsealKeyFile: string): Promise<void> {
  if (!(await sealStatus(client)).sealed) return;
  const key = await readUnsealKey(unsealKeyFile).catch((error: unknown) => {
    throw new Error('Vault is sealed and its unseal key is gone: remove the state of this stack to start anew', {
      cause: error,
    });
  });
  await client.write('sys/unseal', { key });
}

/** Seals Vault. No token outlives it: a sealed Vault can't end one, so that it is sealed with one that ends by itself. */
export async function seal(client: VaultClient, unsealKeyFile: string): Promise<void> {
  const getToken = async () => generateRootToken(client, await readUnsealKey(unsealKeyFile));
  const { auth } = await withRootToken(client, getToken, (token) =>
    client.write('auth/token/create-orphan', { policies: ['root'], ttl: '10s', no_default_policy: true }, token),
  );
  await client.write('sys/seal', {}, String(auth?.client_token));
}

export async function sealStatus(
  client: VaultClient,
): Promise<{ readonly initialized: boolean; readonly sealed: boolean }> {
  return (await client.read('sys/seal-status')) as { initialized: boolean; sealed: boolean };
}

interface InitAnswer {
  readonly keys_base64: readonly string[];
  readonly root_token: string;
}

/** On disk before anybody relies on it: without the key a Vault that was just initialised is lost. */
async function writeDurably(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
