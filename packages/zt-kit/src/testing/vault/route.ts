import type { Operation } from './access-rules.ts';
import type { CertRoles } from './cert-roles.ts';
import type { DatabaseLogins } from './database-logins.ts';
import type { KeyValues } from './key-values.ts';
import type { Leases } from './leases.ts';
import type { Token, Tokens } from './tokens.ts';
import type { EngineAnswer } from './vault-answer.ts';
import type { VaultRequest } from './vault-request.ts';

/** What there is behind the API. */
export interface Engines {
  readonly tokens: Tokens;
  readonly leases: Leases;
  readonly certRoles: CertRoles;
  readonly databaseLogins: DatabaseLogins;
  readonly keyValues: KeyValues;
}

/** A request that policies allow. */
export interface AllowedRequest extends VaultRequest {
  readonly now: Date;
  readonly bearer: Token;
  /** What the pattern of the route matched. */
  readonly name: string;
}

export type Handler = (request: AllowedRequest) => EngineAnswer | Promise<EngineAnswer>;

export interface Route {
  /** Of the whole path; its first group is the name that the handler gets. */
  readonly pattern: RegExp;
  readonly handlers: Partial<Record<Operation, Handler>>;
  readonly needsSudo?: true;
  /** Where a write of what is not there yet is a `create`. */
  readonly exists?: (name: string) => boolean;
}
