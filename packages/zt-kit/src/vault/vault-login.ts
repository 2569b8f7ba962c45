import { type VaultAnswer, type VaultClient, VaultError } from './vault-client.ts';

/** A token of Vault's. It lives in memory only. */
export interface VaultToken {
  readonly value: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Whoever asks Vault for something takes its token from here, each time anew. */
export interface VaultLogin {
  /** A token with at least half its life left: renewed, or from a new login, where it has less. */
  token(): Promise<VaultToken>;
  /** Renews this very token, and gives it with its new end. Leases taken with it live on. */
  renew(token: VaultToken): Promise<VaultToken>;
  /** Vault refused this token: the next call logs in anew. */
  discard(token: VaultToken): void;
  /** Ends the token in hand, and with it all leases that it was used for. */
  close(): Promise<void>;
}

/**
 * Logs in with the X.509-SVID of the connection itself (auth method `cert`), so that no secret is needed to get one.
 * A token that can't be renewed, or not for long, is left to expire: leases taken with it are still in use.
 */
export function createVaultLogin(client: VaultClient, role: string): VaultLogin {
  let held: VaultToken | null = null;
  let pending: Promise<VaultToken> | null = null;

  async function logIn(): Promise<VaultToken> {
    const askedAt = new Date();
    return parseToken(await client.write('auth/cert/login', { name: role }), askedAt);
  }

  async function renew(token: VaultToken): Promise<VaultToken> {
    const askedAt = new Date();
    const renewed = parseToken(await client.write('auth/token/renew-self', {}, token.value), askedAt);
    if (held?.value === renewed.value) held = renewed;
    return renewed;
  }

  async function refresh(): Promise<VaultToken> {
    const current = held;
    if (current === null || current.endsAt <= new Date()) return await logIn();
    try {
      const renewed = await renew(current);
      return hasHalfOf(lifeMs(current), renewed) ? renewed : await logIn();
    } catch (error) {
      // Vault says 500 as well where it refuses. Where it is down, the login fails just the same and says so.
      if (error instanceof VaultError && error.statusCode !== null) return await logIn();
      throw error;
    }
  }

  return {
    async token() {
      if (held !== null && hasHalfOf(lifeMs(held), held)) return held;
      pending ??= refresh()
        .then((token) => {
          held = token;
          return token;
        })
        .finally(() => {
          pending = null;
        });
      return await pending;
    },
    renew,
    discard(token) {
      if (held?.value === token.value) held = null;
    },
    async close() {
      const token = held;
      held = null;
      if (token !== null && token.endsAt > new Date()) await client.write('auth/token/revoke-self', {}, token.value);
    },
  };
}

function lifeMs(token: VaultToken): number {
  return token.endsAt.getTime() - token.startsAt.getTime();
}

function hasHalfOf(fullLifeMs: number, token: VaultToken): boolean {
  return token.endsAt.getTime() - Date.now() >= fullLifeMs / 2;
}

function parseToken(answer: VaultAnswer, askedAt: Date): VaultToken {
  const { client_token: value, lease_duration: seconds } = answer.auth ?? {};
  if (typeof value !== 'string' || value === '' || typeof seconds !== 'number' || !(seconds > 0)) {
    throw new VaultError(200, 'Vault answered a login without a token');
  }
  return Object.freeze({ value, startsAt: askedAt, endsAt: new Date(askedAt.getTime() + seconds * 1000) });
}
