import type { Operation } from './access-rules.ts';
import type { Mount } from './audit-device.ts';
import type { CertRoles } from './cert-roles.ts';
import type { DatabaseLogins } from './database-logins.ts';
import type { KeyValues } from './key-values.ts';
import { leaseRoutes } from './lease-routes.ts';
import type { Leases } from './leases.ts';
import { tokenRoutes } from './token-routes.ts';
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

const mounts: readonly Mount[] = [
  { path: 'auth/cert/', type: 'cert', class: 'auth' },
  { path: 'auth/token/', type: 'token', class: 'auth' },
  { path: 'database/', type: 'database', class: 'secret' },
  { path: 'kv/', type: 'kv', class: 'secret' },
  { path: 'sys/', type: 'system', class: 'secret' },
];

export function mountOf(path: string): Mount | null {
  return mounts.find((mount) => path.startsWith(mount.path)) ?? null;
}

/** The only path that is asked without a token. */
export const loginPath = 'auth/cert/login';

/** Everything besides the login that is asked with a token. */
export function createRoutes(
  engines: Engines,
): (path: string) => { readonly route: Route; readonly name: string } | null {
  const routes = [...tokenRoutes(engines), ...leaseRoutes(engines), ...keyValueRoutes(engines)];
  return (path) => {
    for (const route of routes) {
      const found = route.pattern.exec(path);
      if (found !== null) return { route, name: found[1] ?? '' };
    }
    return null;
  };
}

function keyValueRoutes({ keyValues }: Engines): Route[] {
  const write: Handler = ({ name, data, bearer, now }) => ({ data: keyValues.write(name, data, bearer, now) });
  return [
    {
      pattern: /^kv\/data\/(.*[^/])$/,
      exists: keyValues.has,
      handlers: {
        read: ({ name, version }) => ({ data: keyValues.read(name, version) }),
        create: write,
        update: write,
      },
    },
    {
      pattern: /^kv\/metadata\/(.*[^/])$/,
      handlers: { read: ({ name }) => ({ data: keyValues.metadata(name) }) },
    },
  ];
}
