import type { ClientConfig } from 'pg';
import { ownAuthorities } from '../../identity/identity-snapshot.ts';
import type { X509Source } from '../../identity/x509-source.ts';
import { startTimer } from '../../mtls/long-timer.ts';
import { createAccessRules, type VaultRule } from './access-rules.ts';
import { createAuditDevice } from './audit-device.ts';
import { createCertRoles } from './cert-roles.ts';
import { createDatabaseLogins } from './database-logins.ts';
import { createKeyValues } from './key-values.ts';
import { createLeases } from './leases.ts';
import { listenOnLoopback } from './loopback-listener.ts';
import { serveVault } from './serve-vault.ts';
import { createTokens } from './tokens.ts';
import { createVaultCore } from './vault-core.ts';
import type { VaultRole } from './vault-role.ts';

export interface DevelopmentVaultOptions {
  /** Of a loopback address; any other is refused. `127.0.0.1` where nothing is said. */
  readonly host?: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Its own SVID; the bundle of its trust domain is what cert logins are verified with until somebody writes another. */
  readonly source: X509Source;
  /** Roles of the cert login, as `POST auth/cert/certs/<name>` takes them. */
  readonly certRoles: readonly VaultRole[];
  readonly policies: readonly { readonly name: string; readonly rules: readonly VaultRule[] }[];
  /** Roles of the database engine, as `POST database/roles/<name>` takes them. */
  readonly databaseRoles: readonly VaultRole[];
  /** The connection with which logins are made and ended, asked for at each connect. */
  readonly database: () => ClientConfig;
  /** First versions in the key/value engine `kv`, by path: `payment/card-network`. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Gets a JSON line per request and per answer, with the secrets hashed, as Vault's audit device writes them. */
  readonly auditFile: string;
  readonly log?: (event: object) => void;
}

/** A server for the part of Vault's HTTP API that the kit uses, and what can be made to go wrong with it. */
export interface DevelopmentVault {
  /** `https://127.0.0.1:port` */
  readonly address: string;
  /** Writes the next version of a secret below `kv`, as its operator would. */
  writeSecret(path: string, data: Readonly<Record<string, string>>): void;
  /** Nothing is given out, and nothing ended, until it is unsealed. */
  seal(): void;
  unseal(): void;
  readonly sealed: boolean;
  /** Ends all leases, or those of one database role, at once, and gives their number. */
  revokeLeases(role?: string): Promise<number>;
  /** Each answer from now on comes so much later, until `mend`. */
  answerSlowly(ms: number): void;
  mend(): void;
  /** As if its process were killed: connections are cut, nothing listens. What it keeps it keeps. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends all leases, as far as Postgres can be reached, and stops. */
  close(): Promise<void>;
}

const leftoversRetryMs = 1_000;

/**
 * Starts it, and ends what logins an earlier run left in Postgres, as soon as that answers. It is for development and
 * tests, keeps its secrets in memory, and is no Vault.
 */
export async function startDevelopmentVault(options: DevelopmentVaultOptions): Promise<DevelopmentVault> {
  const { source, host = '127.0.0.1', log = writeLine } = options;
  let sealed = false;
  let stopped = false;
  let closed = false;
  let slowMs = 0;

  const tokens = createTokens();
  const leases = createLeases({ tokenEndsAt: (value) => tokens.find(value, new Date())?.expiresAt ?? null, log });
  const certRoles = createCertRoles(options.certRoles, () => ownAuthorities(source.current()));
  const databaseLogins = createDatabaseLogins(options.databaseRoles, options.database);
  const keyValues = createKeyValues();
  const writeSecret: DevelopmentVault['writeSecret'] = (path, data) => {
    keyValues.write(path, { data }, { displayName: 'root', entityId: null }, new Date());
  };
  for (const [path, data] of Object.entries(options.secrets ?? {})) writeSecret(path, data);

  const engines = { tokens, leases, certRoles, databaseLogins, keyValues };
  const core = createVaultCore(engines, createAccessRules(options.policies), createAuditDevice(options.auditFile));
  const underWay = new Set<Promise<unknown>>();
  const serve = serveVault(
    (request) => {
      const answering = core(request).finally(() => underWay.delete(answering));
      underWay.add(answering);
      return answering;
    },
    () => ({ sealed, slowMs }),
    log,
  );
  const listener = await listenOnLoopback({ host, port: options.port }, source, serve);
  const address = `https://${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
  log({ event: 'development_vault_listens', address, notice: 'for development and tests: this is no Vault' });

  async function endLeftovers(): Promise<void> {
    try {
      const ended = await databaseLogins.endLeftovers();
      if (ended > 0) log({ event: 'leftover_logins_ended', ended });
    } catch {
      // Postgres may be starting as well.
      startTimer(leftoversRetryMs, () => {
        if (!closed) endingLeftovers = endLeftovers();
      });
    }
  }
  let endingLeftovers = endLeftovers();

  /** What is over is ended only while it runs and is unsealed. */
  function followState(): void {
    if (sealed || stopped) leases.pause();
    else leases.resume();
  }

  async function revokeLeases(role?: string): Promise<number> {
    const path = role === undefined ? '' : `database/creds/${role}/`;
    const revoked = leases.revokeSoon(({ id }) => id.startsWith(path));
    // What can't be ended now is tried again by itself.
    await Promise.allSettled(revoked.map((id) => leases.revoke(id)));
    return revoked.length;
  }

  async function stop(): Promise<void> {
    stopped = true;
    followState();
    await listener.stop();
  }

  return {
    address,
    writeSecret,
    get sealed() {
      return sealed;
    },
    seal() {
      sealed = true;
      followState();
      log({ event: 'development_vault_sealed' });
    },
    unseal() {
      sealed = false;
      followState();
      log({ event: 'development_vault_unsealed' });
    },
    revokeLeases,
    answerSlowly(ms) {
      slowMs = ms;
    },
    mend() {
      slowMs = 0;
    },
    stop,
    async start() {
      await listener.start();
      stopped = false;
      followState();
    },
    async close() {
      closed = true;
      await stop();
      await endingLeftovers;
      // Whoever asked hears nothing any more, but a login may be made all the same.
      await Promise.allSettled(underWay);
      await revokeLeases();
    },
  };
}

function writeLine(event: object): void {
  process.stderr.write(`${JSON.stringify(event)}\n`);
}
