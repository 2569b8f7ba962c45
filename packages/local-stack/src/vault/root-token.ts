import type { VaultClient } from '@zt/kit/vault';

/** Makes a root token with the unseal key: there is none at other times. Vault's `sys/generate-root`. */
export async function generateRootToken(client: VaultClient, unsealKey: string): Promise<string> {
  // An attempt that somebody left half-way would go on with its own one-time password.
  await client.delete('sys/generate-root/attempt');
  const attempt = (await client.write('sys/generate-root/attempt', {})) as { nonce: string; otp: string };
  const update = { key: unsealKey, nonce: attempt.nonce };
  const { encoded_token: encoded } = (await client.write('sys/generate-root/update', update)) as {
    encoded_token: string;
  };
  const masked = Buffer.from(encoded, 'base64');
  const mask = Buffer.from(attempt.otp, 'utf8');
  return Buffer.from(masked.map((byte, index) => byte ^ (mask[index] ?? 0))).toString('utf8');
}

/** Lends the work a root token, and ends it whatever happens. */
export async function withRootToken<Result>(
  client: VaultClient,
  getToken: () => Promise<string>,
  work: (token: string) => Promise<Result>,
): Promise<Result> {
  const token = await getToken();
  try {
    return await work(token);
  } finally {
    await client.write('auth/token/revoke-self', {}, token);
  }
}
