import { once } from 'node:events';
import { createServer } from 'node:https';
import { pemOfX509Svid } from '@zt/kit/identity';
import type { Log } from '@zt/kit/service';
import { createTestCertificateAuthority, type TestDatabase } from '@zt/kit/testing';
import type { JWK } from 'jose';
import { createCookieKeys } from '../keys/cookie-keys.ts';
import { type PublishedKeys, startPublishedKeys } from '../keys/published-keys.ts';
import { createInteractions } from '../provider/interactions.ts';
import { createLoginAttempts } from '../provider/login-attempts.ts';
import { createOidcStore, type OidcStore } from '../provider/oidc-store.ts';
import { createProvider } from '../provider/provider.ts';
import { createProviderListener } from '../provider/provider-listener.ts';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { seedUsersSql } from '../users/seed-users-sql.ts';
import { createUsers } from '../users/users.ts';
import { startIdentityDatabase } from './identity-database.ts';

export const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
export const passwords = { alice: 'a password of alice', bob: 'a password of bob', fiona: 'a password of fiona' };

/** The OpenID Provider on a real HTTPS socket, with a real database and three users. */
export interface IdentityWorld {
  readonly issuer: string;
  /** PEM. */
  readonly ca: string;
  readonly database: TestDatabase;
  readonly store: OidcStore;
  readonly sessions: SessionStore;
  readonly published: PublishedKeys;
  /** What was logged: event and fields. */
  readonly logged: (readonly [string, Readonly<Record<string, unknown>>])[];
  /** Ends the service as kill -9 does, and starts another one at the same address and with the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startIdentityWorld(): Promise<IdentityWorld> {
  const database = await startIdentityDatabase();
  await database.asOwner(await seedSql('alice', []));
  await database.asOwner(await seedSql('bob', []));
  await database.asOwner(await seedSql('fiona', ['finance']));

  const authority = await createTestCertificateAuthority('zt.example');
  const spiffeId = 'spiffe://zt.example/ns/shop/sa/identity';
  const svid = await authority.issueSvid({ spiffeId, dnsNames: ['localhost'] });
  const server = createServer(pemOfX509Svid(svid)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('socket has no port');
  const issuer = `https://localhost:${address.port}`;

  const logged: (readonly [string, Readonly<Record<string, unknown>>])[] = [];
  const add = (event: string, fields = {}) => void logged.push([event, fields]);
  const log: Log = { info: add, warn: add, error: add };
  const resources = new Map([[gateway, ['orders:read', 'orders:write', 'inventory:read']]]);
  const store = createOidcStore(database);
  const sessions = createSessionStore(database);
  const users = await createUsers(database);

  /** One copy of the service: all that is in memory only. */
  async function startCopy(): Promise<PublishedKeys> {
    const cookieKeys = createCookieKeys(() => published.of('cookie'));
    const options = { issuer, resources, store, sessions, users, cookieKeys, log };
    const { provider, publicJwk } = createProvider({ ...options, deviceLimits: { intervalSeconds: 1 } });
    const own = { access: () => [publicJwk], exchange: (): JWK[] => [], cookie: () => [cookieKeys.publicJwk] };
    const published: PublishedKeys = await startPublishedKeys({ database, own, log });
    const attempts = createLoginAttempts({ perUser: 5 });
    const interactions = createInteractions({ provider, users, attempts, resources, log });
    server.removeAllListeners('request');
    server.on(
      'request',
      createProviderListener(provider, interactions, () => published.of('access')),
    );
    return published;
  }
  let published = await startCopy();

  return {
    issuer,
    ca: authority.bundle.x509Authorities.map((certificate) => certificate.toString()).join(''),
    database,
    store,
    sessions,
    get published() {
      return published;
    },
    logged,
    async restart() {
      published.close();
      server.closeAllConnections();
      published = await startCopy();
    },
    close: async () => {
      published.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await database.close();
    },
  };
}

async function seedSql(user: keyof typeof passwords, roles: readonly string[]): Promise<string> {
  return seedUsersSql({ [user]: { password: passwords[user], roles } });
}
