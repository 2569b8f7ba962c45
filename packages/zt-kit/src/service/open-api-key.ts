import { parseSpiffeId } from '../identity/spiffe-id.ts';
import type { X509Source } from '../identity/x509-source.ts';
import { type ApiKey, createApiKey } from '../vault/api-key.ts';
import { createVaultClient } from '../vault/vault-client.ts';
import { createVaultLogin } from '../vault/vault-login.ts';
import type { Log } from './log.ts';

/** Opens an API key with a login of its own at Vault, which has the service's name. */
export function openApiKey(options: {
  readonly source: X509Source;
  readonly service: string;
  readonly vaultAddress: string | undefined;
  readonly vaultSpiffeId: string;
  readonly thirdParty: string;
  readonly log: Log;
}): Promise<ApiKey> {
  const { source, service, vaultAddress, thirdParty, log } = options;
  if (vaultAddress === undefined) throw new Error('a service with an API key needs VAULT_ADDRESS');
  const client = createVaultClient({ source, vaultAddress, vaultSpiffeId: parseSpiffeId(options.vaultSpiffeId) });
  return createApiKey({
    client,
    login: createVaultLogin(client, service),
    path: `${service}/${thirdParty}`,
    log: ({ event, ...fields }) => (event === 'api_key_taken' ? log.info(event, fields) : log.warn(event, fields)),
  });
}
