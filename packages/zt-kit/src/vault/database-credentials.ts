import type { DatabaseLogin, LoginSource } from './database-login.ts';
import { parseLease } from './lease.ts';
import { type VaultClient, VaultError } from './vault-client.ts';
import type { VaultLogin, VaultToken } from './vault-login.ts';

/** Database logins from Vault's database engine. A lease dies with the token it was taken with: each remembers its own. */
export function createDatabaseCredentials(client: VaultClient, login: VaultLogin, role: string): LoginSource {
  const tokens = new WeakMap<DatabaseLogin, VaultToken>();

  async function take(token: VaultToken): Promise<DatabaseLogin> {
    const askedAt = new Date();
    const answer = await client.read(`database/creds/${role}`, token.value);
    const { username, password } = answer.data ?? {};
    if (typeof username !== 'string' || typeof password !== 'string') {
      throw new VaultError(200, 'Vault answered without a database login');
    }
    return remember({ username, password, lease: parseLease(answer, askedAt, token.endsAt) }, token);
  }

  function remember(taken: DatabaseLogin, token: VaultToken): DatabaseLogin {
    tokens.set(taken, token);
    return taken;
  }

  function tokenOf(taken: DatabaseLogin): VaultToken {
    const token = tokens.get(taken);
    if (token === undefined) throw new TypeError('the login was not taken from here');
    return token;
  }

  return {
    async issue() {
      const token = await login.token();
      try {
        return await take(token);
      } catch (error) {
        // 403: revoked behind our back, or the policies changed. A new login tells which.
        if (!(error instanceof VaultError && error.statusCode === 403)) throw error;
        login.discard(token);
        return await take(await login.token());
      }
    },
    async renew(taken) {
      const token = await login.renew(tokenOf(taken));
      const askedAt = new Date();
      const answer = await client.write('sys/leases/renew', { lease_id: taken.lease.id }, token.value);
      const { endsAt } = parseLease(answer, askedAt, token.endsAt);
      return remember({ ...taken, lease: { ...taken.lease, endsAt } }, token);
    },
    async end(taken) {
      await client.write('sys/leases/revoke', { lease_id: taken.lease.id, sync: true }, tokenOf(taken).value);
    },
  };
}
