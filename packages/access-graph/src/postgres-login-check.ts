import { quoteText } from './quote-name.ts';

/**
 * A login is good together with its service's SVID only: the SPIFFE ID is read from the client certificate's URI SAN,
 * which must be its only one. Superusers come over the Unix socket, where `pg_hba.conf` lets in nobody else.
 * Everything lies in a schema of the superuser's, so that the database's owner cannot change it.
 */
export function loginCheckSql(group: string, spiffeId: string): string {
  return `
create schema if not exists zt;
create extension if not exists sslinfo with schema zt;

create or replace function zt.client_spiffe_ids() returns text[]
language sql stable set search_path = pg_catalog as $$
  select coalesce(array_agg(san.name), '{}')
  from zt.ssl_extension_info() as extension, string_to_table(extension.value, ', ') as san (name)
  where extension.name = 'subjectAltName' and san.name like 'URI:%'
$$;

create or replace function zt.check_login() returns event_trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if (select rolsuper from pg_roles where rolname = session_user) then return; end if;
  if not pg_has_role(session_user, ${quoteText(group)}, 'member')
    or zt.client_spiffe_ids() is distinct from array[${quoteText(`URI:${spiffeId}`)}]
  then
    raise exception 'the login and the client certificate do not both belong to this database' using errcode = '28000';
  end if;
end $$;

create or replace function zt.refuse_definitions() returns event_trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not (select rolsuper from pg_roles where rolname = session_user) then
    raise exception 'logins define nothing' using errcode = '42501';
  end if;
end $$;

do $$ begin
  if not exists (select from pg_catalog.pg_event_trigger where evtname = 'zt_login') then
    create event trigger zt_login on login execute function zt.check_login();
  end if;
  if not exists (select from pg_catalog.pg_event_trigger where evtname = 'zt_definitions') then
    create event trigger zt_definitions on ddl_command_start execute function zt.refuse_definitions();
  end if;
end $$;
alter event trigger zt_login enable always;
alter event trigger zt_definitions enable always;
`;
}
