import nodeVault from 'node-vault';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { SpiffeId } from '../identity/spiffe-id.ts';
import type { X509Svid } from '../identity/x509-svid.ts';
import { pinnedServer, pinnedTls } from './pinned-tls.ts';
import { sendToVault, type VaultRequest } from './vault-transport.ts';

/** Vault's HTTP API. Paths are without `/v1/`. Rejects with `VaultError`. */
export interface VaultClient {
  /** Here and below: without a token only for what needs none, such as a login. */
  read(path: string, token?: string): Promise<VaultAnswer>;
  write(path: string, body: Readonly<Record<string, unknown>>, token?: string): Promise<VaultAnswer>;
  delete(path: string, token?: string): Promise<VaultAnswer>;
}

/** The fields that the kit reads, unchecked: whoever uses one checks it. */
export interface VaultAnswer {
  readonly lease_id?: unknown;
  readonly lease_duration?: unknown;
  readonly renewable?: unknown;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly auth?: Readonly<Record<string, unknown>>;
}

/** Vault could not be reached, or said no. `statusCode` is null where there was no answer. */
export class VaultError extends ZeroTrustError {
  readonly statusCode: number | null;

  constructor(statusCode: number | null, message: string, options?: ErrorOptions) {
    super('vault_unavailable', message, options);
    this.statusCode = statusCode;
  }
}

/** What a client knows of others and shows of itself. Without an SVID it is whoever its tokens say, or its unseal key. */
export interface VaultClientIdentity extends Pick<IdentitySnapshot, 'bundles'> {
  readonly svid: X509Svid | null;
}

export interface VaultClientOptions {
  /** An `X509Source`, for whoever has an SVID. Asked for each request. */
  readonly source: { current(): VaultClientIdentity };
  /** `https://host:port` */
  readonly vaultAddress: string;
  readonly vaultSpiffeId: SpiffeId;
  readonly timeoutMs?: number;
}

/** Throws a `TypeError` for an address that is not https. Nothing is read from the environment: no VAULT_ variable counts. */
export function createVaultClient(options: VaultClientOptions): VaultClient {
  const { source, vaultSpiffeId, timeoutMs = 10_000 } = options;
  const endpoint = new URL(options.vaultAddress);
  if (endpoint.protocol !== 'https:') throw new TypeError('the address of Vault does not start with https:');
  const tls = ({ svid, bundles }: VaultClientIdentity) =>
    svid === null ? pinnedServer(bundles, vaultSpiffeId) : pinnedTls({ svid, bundles }, vaultSpiffeId);
  const send = (request: VaultRequest) => sendToVault(request, tls(source.current()), timeoutMs);
  const vault = nodeVault({
    endpoint: endpoint.origin,
    apiVersion: 'v1',
    debug: () => {},
    'request-promise': { defaults: () => send },
  });
  // node-vault takes these from the environment where it is handed none.
  Object.assign(vault, { token: '', namespace: '', pathPrefix: '' });
  return {
    read: (path, token) => asked(path, () => vault.read(path, withToken(token))),
    write: (path, body, token) => asked(path, () => vault.write(path, body, withToken(token))),
    delete: (path, token) => asked(path, () => vault.delete(path, withToken(token))),
  };
}

function withToken(token?: string): { readonly headers?: Record<string, string> } {
  return token === undefined ? {} : { headers: { 'X-Vault-Token': token } };
}

async function asked(path: string, ask: () => Promise<VaultAnswer | undefined>): Promise<VaultAnswer> {
  try {
    return (await ask()) ?? {};
  } catch (error) {
    // The status only: node-vault's error carries the whole reply.
    const statusCode = statusOf(error);
    if (statusCode !== null)
      throw new VaultError(statusCode, `Vault answered ${statusCode} to ${path}: ${firstLine(error)}`);
    if (error instanceof ZeroTrustError && error.reason === 'identity_unavailable') throw error;
    throw new VaultError(null, `Vault could not be asked for ${path}`, { cause: error });
  }
}

function statusOf(error: unknown): number | null {
  const response = (error as { readonly response?: { readonly statusCode?: unknown } } | undefined)?.response;
  return typeof response?.statusCode === 'number' ? response.statusCode : null;
}

function firstLine(error: unknown): string {
  const [line = ''] = error instanceof Error ? error.message.split('\n') : [];
  return line.slice(0, 200);
}
