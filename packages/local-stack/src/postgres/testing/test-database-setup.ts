import type { DatabaseSetup } from '../reconcile-postgres.ts';

/** The least that a service's database needs, for tests of what does not depend on the access graph. */
export function testDatabaseSetup(name: string, migrationsDirectory: string | null = null): DatabaseSetup {
  return {
    name,
    owner: `${name}-owner`,
    migrationsDirectory,
    clusterSql: `
      do $$ begin
        if not exists (select from pg_roles where rolname = '${name}') then create role "${name}" nologin; end if;
        if not exists (select from pg_roles where rolname = '${name}-owner') then create role "${name}-owner" nologin; end if;
        if not exists (select from pg_roles where rolname = 'vault') then create role vault login createrole; end if;
      end $$;
      grant "${name}" to vault with admin option, inherit false, set false;
      grant pg_signal_backend to vault;`,
    databaseSql: `
      create extension if not exists sslinfo;
      create or replace function public.zt_login() returns event_trigger language plpgsql security definer
      set search_path = pg_catalog, public as $$ begin
        if not (select rolsuper from pg_roles where rolname = session_user)
          and not (pg_has_role(session_user, '${name}', 'member') and ssl_client_dn_field('commonName') is not distinct from '${name}')
        then raise exception 'the login belongs to ${name}, the certificate does not' using errcode = '28000'; end if;
      end $$;
      do $$ begin
        if not exists (select from pg_event_trigger where evtname = 'zt_login') then
          create event trigger zt_login on login execute function public.zt_login();
        end if;
      end $$;
      alter event trigger zt_login enable always;
      revoke connect, temporary on database "${name}" from public;
      grant connect on database "${name}" to "${name}";`,
    grantsSql: `grant usage on schema public to "${name}"; grant select, insert on all tables in schema public to "${name}";`,
  };
}
