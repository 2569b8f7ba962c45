import { Pool } from 'pg';
import { ZeroTrustError } from '../errors.ts';
import type { IdentitySnapshot } from '../identity/identity-snapshot.ts';
import { parseSpiffeId, type SpiffeId } from '../identity/spiffe-id.ts';
import type { X509Source } from '../identity/x509-source.ts';
import type { Database } from './database.ts';
import { createDatabaseCredentials } from './database-credentials.ts';
import { connectFailure } from './database-failure.ts';
import type { DatabaseLogin } from './database-login.ts';
import { createLeasedPool, type LeasedPool } from './leased-pool.ts';
import { createLoginDatabase } from './login-database.ts';
import { type PinnedTls, pinnedTls } from './pinned-tls.ts';
import { createRotatingLogin, type LoginEvent } from './rotating-login.ts';
import { createVaultClient } from './vault-client.ts';
import { createVaultLogin } from './vault-login.ts';

export interface VaultDatabaseOptions {
  readonly source: X509Source;
  /** `https://host:port` */
  readonly vaultAddress: string;
  readonly vaultSpiffeId: string;
  /** Vault's role and the database, both named like the service. */
  readonly role: string;
  readonly databaseHost: string;
  readonly databasePort: number;
  readonly postgresSpiffeId: string;
  readonly log: (event: LoginEvent) => void;
  readonly limits?: Partial<DatabaseLimits>;
}

export interface DatabaseLimits {
  /** Per login: while one replaces another there are up to twice as many. */
  readonly connections: number;
  /** For a connection to be free, or made. */
  readonly connectMs: number;
  readonly statementMs: number;
  /** How long work with a replaced login may go on. */
  readonly drainMs: number;
  /** How long to wait for the first login. */
  readonly startMs: number;
}

const usualLimits: DatabaseLimits = {
  connections: 8,
  connectMs: 5_000,
  statementMs: 10_000,
  drainMs: 30_000,
  startMs: 30_000,
};

/**
 * Opens a service's database with logins that Vault gives out for the service's SVID. Rejects with
 * `database_unavailable` where there is no login in time. `close` ends the logins and the token.
 */
export async function createVaultDatabase(
  options: VaultDatabaseOptions,
): Promise<Database & { close(): Promise<void> }> {
  const { source, vaultAddress, role, log } = options;
  const limits = { ...usualLimits, ...options.limits };
  const client = createVaultClient({ source, vaultAddress, vaultSpiffeId: parseSpiffeId(options.vaultSpiffeId) });
  const vaultLogin = createVaultLogin(client, role);
  const logins = createRotatingLogin({
    source: createDatabaseCredentials(client, vaultLogin, role),
    openPool: (login) => openPool(options, limits, login),
    log,
    drainMs: limits.drainMs,
  });
  const close = async () => {
    await logins.close();
    // Where Vault is gone the token ends by itself.
    await vaultLogin.close().catch(() => {});
  };
  try {
    await logins.start(limits.startMs);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...createLoginDatabase(logins), close };
}

async function openPool(
  options: VaultDatabaseOptions,
  limits: DatabaseLimits,
  login: DatabaseLogin,
): Promise<LeasedPool> {
  const pool = new Pool({
    host: options.databaseHost,
    port: options.databasePort,
    database: options.role,
    user: login.username,
    password: login.password,
    ssl: rotatingTls(options.source, parseSpiffeId(options.postgresSpiffeId)),
    application_name: options.role,
    max: limits.connections,
    connectionTimeoutMillis: limits.connectMs,
    statement_timeout: limits.statementMs,
    // On this side too: a server that is gone enforces nothing.
    query_timeout: limits.statementMs + 1_000,
    idle_in_transaction_session_timeout: limits.statementMs,
    keepAlive: true,
  });
  const leased = createLeasedPool(pool, () => identityInForce(options.source));
  try {
    await leased.use(async () => {});
    return leased;
  } catch (error) {
    leased.cut();
    throw connectFailure(error);
  }
}

/**
 * pg reads these for every connection it makes: one pool follows the rotation of the SVID. It reads them where nobody
 * could catch an error, so that a withdrawn identity is said by the check of the server, before anything is sent.
 */
function rotatingTls(source: X509Source, server: SpiffeId): PinnedTls {
  let last = pinnedTls(source.current(), server);
  let lastIdentity: IdentitySnapshot | null = null;
  const latest = () => {
    const identity = identityInForce(source);
    if (identity !== null && identity !== lastIdentity) last = pinnedTls(identity, server);
    lastIdentity = identity;
    return last;
  };
  return {
    get ca() {
      return latest().ca;
    },
    get cert() {
      return latest().cert;
    },
    get key() {
      return latest().key;
    },
    minVersion: 'TLSv1.3',
    rejectUnauthorized: true,
    checkServerIdentity(host, certificate) {
      if (identityInForce(source) === null)
        return new ZeroTrustError('identity_unavailable', 'there is no identity to connect with');
      return last.checkServerIdentity(host, certificate);
    },
  };
}

function identityInForce(source: X509Source): IdentitySnapshot | null {
  try {
    return source.current();
  } catch {
    return null;
  }
}
