import type { ClientConfig } from 'pg';
import type { X509Source } from '../../identity/x509-source.ts';

/** What a policy allows at one path, or below it where the path ends in `*`. */
export interface VaultRule {
  readonly path: string;
  readonly capabilities: readonly string[];
  /** No parameter besides those named, each with one of its values; any value where there is none. */
  readonly allowedParameters?: Readonly<Record<string, readonly string[]>>;
}

/** A role, by its name and what would be written to Vault for it. */
export interface VaultRole {
  readonly name: string;
  readonly body: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

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

/** Starts it. It is for development and tests, keeps its secrets in memory, and is no Vault. */
export async function startDevelopmentVault(_options: DevelopmentVaultOptions): Promise<DevelopmentVault> {
  throw new Error('not built yet');
}
