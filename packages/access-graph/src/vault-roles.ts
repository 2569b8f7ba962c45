import type { AccessGraph } from './graph.ts';
import { quoteName } from './quote-name.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';
import { servicesWithDatabase, vaultLogins } from './vault-policies.ts';

/** A role of Vault's `cert` login: `POST auth/cert/certs/<name>`, together with the `certificate` of the trust bundle. */
export interface VaultCertRole {
  readonly name: string;
  readonly body: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** A role of Vault's `database` engine: `POST database/roles/<name>`, together with `db_name`. */
export interface VaultDatabaseRole {
  readonly name: string;
  readonly body: Readonly<Record<string, string | readonly string[]>>;
}

/** Who may log in to Vault with which SVID. A lease dies with its login, so a login outlives every lease taken with it. */
export function vaultCertRoles(graph: AccessGraph, options: { readonly leaseSeconds: number }): VaultCertRole[] {
  const tokenSeconds = Math.max(600, 3 * longestLease(options.leaseSeconds));
  return vaultLogins(graph).map((name) => ({
    name,
    body: {
      allowed_uri_sans: [spiffeIdOf(graph, name)],
      display_name: name,
      token_policies: [name],
      token_no_default_policy: true,
      token_ttl: `${tokenSeconds}s`,
      token_max_ttl: `${tokenSeconds * 24}s`,
    },
  }));
}

/** One login per lease, a member of the service's group. It owns nothing, so that it can always be removed. */
export function vaultDatabaseRoles(
  graph: AccessGraph,
  options: { readonly leaseSeconds: number },
): VaultDatabaseRole[] {
  return servicesWithDatabase(graph).map(({ name }) => ({
    name,
    body: {
      default_ttl: `${options.leaseSeconds}s`,
      max_ttl: `${longestLease(options.leaseSeconds)}s`,
      creation_statements: [
        `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE ${quoteName(name)};`,
      ],
      // Ended first: a session would live on without its role.
      revocation_statements: [
        `ALTER ROLE "{{name}}" NOLOGIN;`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}';`,
        `DROP ROLE IF EXISTS "{{name}}";`,
      ],
    },
  }));
}

/** Renewed once at most: the kit takes a new login at half a lease's life. */
function longestLease(leaseSeconds: number): number {
  return 2 * leaseSeconds;
}
