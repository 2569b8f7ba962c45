import type { AccessGraph, GraphTable } from './graph.ts';
import { loginCheckSql } from './postgres-login-check.ts';
import { quoteName, quoteText } from './quote-name.ts';
import { spiffeIdOf } from './spiffe-id-of.ts';

/** The SQL of one service's database, for a superuser; each piece may be run again. */
export interface PostgresSetup {
  /** The role that owns database and tables, and runs the migrations. Nobody logs in as it. */
  readonly owner: string;
  /** In the cluster's `postgres` database: roles. Then the database is made, owned by `owner`. */
  readonly cluster: string;
  /** In the service's database, before the migrations: who may come in. */
  readonly database: string;
  /** In the service's database, after the migrations: what the service may do with each table. */
  readonly tableGrants: string;
}

/** Everything in Postgres that follows from the access graph. The database, its group role and the service share a name. */
export function postgresSetup<Name extends string>(graph: AccessGraph<Name>, database: NoInfer<Name>): PostgresSetup {
  const tables = graph.services.find(({ name }) => name === database)?.tables;
  if (tables === undefined || tables === null) throw new TypeError(`the access graph has no database ${database}`);
  const owner = `${database}-owner`;
  return {
    owner,
    cluster: clusterSql(database, owner),
    database: databaseSql(database, spiffeIdOf(graph, database)),
    tableGrants: tableGrantsSql(database, tables),
  };
}

/** Vault makes logins that are members of the group, without being one itself. */
function clusterSql(group: string, owner: string): string {
  return `
${createRole(owner, 'nologin')}
${createRole(group, 'nologin')}
${createRole('vault', 'login createrole')}
grant ${quoteName(group)} to vault with admin option, inherit false, set false;
grant pg_signal_backend to vault;
revoke connect, temporary on database postgres, template1 from public;
grant connect on database postgres to vault;
`;
}

function createRole(name: string, attributes: string): string {
  const missing = `not exists (select from pg_catalog.pg_roles where rolname = ${quoteText(name)})`;
  return `do $$ begin if ${missing} then create role ${quoteName(name)} ${attributes}; end if; end $$;`;
}

/**
 * What owns anything cannot be dropped, and a login that cannot be dropped goes on working. So logins get no temporary
 * tables, no large objects and no statement that defines something (ALTER DEFAULT PRIVILEGES needs no privilege).
 */
function databaseSql(group: string, spiffeId: string): string {
  return `
revoke all on database ${quoteName(group)} from public;
grant connect on database ${quoteName(group)} to ${quoteName(group)};
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
${loginCheckSql(group, spiffeId)}`;
}

/** All in one transaction: a running service never sees a moment without its grants. */
function tableGrantsSql(group: string, tables: readonly GraphTable[]): string {
  const grants = tables.map(({ name, grants: allowed }) => {
    return `grant ${allowed.join(', ')} on table public.${quoteName(name)} to ${quoteName(group)};`;
  });
  return `
begin;
revoke all on all tables in schema public from public, ${quoteName(group)};
revoke all on all sequences in schema public from public, ${quoteName(group)};
revoke execute on all functions in schema public from public, ${quoteName(group)};
${grants.join('\n')}
commit;
`;
}
