import { hash } from 'bcryptjs';
import type { DemoUsers } from '../postgres/demo-users.ts';
import type { DexFiles } from './dex-files.ts';

/** The client that people log in with, and whose tokens count at the gateway. */
const dexClient = 'zt-cli';
/** A client of the same issuer that has nothing to do with this system. Its tokens count for nothing here. */
export const otherDexClient = 'another-app';

/** As a login at Dex takes it: Dex knows users by their e-mail address. */
function dexLogin(user: string): string {
  return `${user}@shop.example`;
}

export interface DexSettings {
  readonly port: number;
  readonly files: DexFiles;
  readonly users: DemoUsers;
  readonly tokensLiveSeconds: number;
}

export function dexIssuer(port: number): string {
  return `https://localhost:${port}/dex`;
}

/** Dex's own configuration. Holds hashes of passwords, and no password. */
export async function dexConfig({ port, files, users, tokensLiveSeconds }: DexSettings): Promise<object> {
  const client = (id: string) => ({
    id,
    name: id,
    public: true,
    // Nobody listens there. The other one is Dex's own, for the device flow.
    redirectURIs: ['http://127.0.0.1:49152/callback', '/device/callback'],
  });
  return {
    issuer: dexIssuer(port),
    // Who restarts Dex logs everybody out.
    storage: { type: 'memory' },
    web: {
      https: `127.0.0.1:${port}`,
      tlsCert: files.certificate,
      tlsKey: files.privateKey,
      tlsMinVersion: '1.3',
    },
    expiry: { idTokens: `${tokensLiveSeconds}s`, signingKeys: '6h' },
    oauth2: { responseTypes: ['code'], skipApprovalScreen: true },
    staticClients: [client(dexClient), client(otherDexClient)],
    enablePasswordDB: true,
    staticPasswords: await Promise.all(
      Object.entries(users).map(async ([user, { password }]) => ({
        email: dexLogin(user),
        username: user,
        userID: user,
        hash: await hash(password, 10),
      })),
    ),
  };
}

/**
 * How Dex's tokens are to be read. Dex's users have no groups, so their e-mail addresses stand for roles; its tokens have
 * no type, no id and no scopes, and name the client that they were made for.
 */
export function dexUserIssuer(
  { port, files, users, tokensLiveSeconds }: DexSettings,
  scopesByRole: Readonly<Record<string, readonly string[]>>,
): object {
  return {
    issuer: dexIssuer(port),
    authorities: { file: files.authority },
    audience: dexClient,
    tokenTypes: ['none-so-that-ID-tokens-may-pass'],
    algorithm: 'RS256',
    longestLifeSeconds: tokensLiveSeconds,
    requiredClaims: { email_verified: true },
    tokenIdClaim: 'at_hash',
    sessionClaim: 'at_hash',
    roles: {
      claim: 'email',
      map: Object.fromEntries(Object.entries(users).map(([user, { roles }]) => [dexLogin(user), roles])),
    },
    scopes: { byRole: scopesByRole },
    session: { check: 'introspection', cacheSeconds: 5 },
  };
}
