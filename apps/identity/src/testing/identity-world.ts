import { once } from 'node:events';
import { createServer } from 'node:https';
import { pemOfX509Svid } from '@zt/kit/identity';
import type { Log } from '@zt/kit/service';
import { createTestCertificateAuthority, type TestDatabase } from '@zt/kit/testing';
import type { JSONWebKeySet } from 'jose';
import { createInteractions } from '../provider/interactions.ts';
import { createLoginAttempts } from '../provider/login-attempts.ts';
import { createOidcStore, type OidcStore } from '../provider/oidc-store.ts';
import { createProvider } from '../provider/provider.ts';
import { createProviderListener } from '../provider/provider-listener.ts';
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
  readonly publicKeys: JSONWebKeySet;
  /** What was logged: event and fields. */
  readonly logged: (readonly [string, Readonly<Record<string, unknown>>])[];
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
  const users = await createUsers(database);
  const { provider, publicKeys } = createProvider({ issuer, resources, store, users, log });
  const attempts = createLoginAttempts({ perUser: 5 });
  const interactions = createInteractions({ provider, users, attempts, resources, log });
  server.on('request', createProviderListener(provider, interactions));

  return {
    issuer,
    ca: authority.bundle.x509Authorities.map((certificate) => certificate.toString()).join(''),
    database,
    store,
    publicKeys,
    logged,
    close: async () => {
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
