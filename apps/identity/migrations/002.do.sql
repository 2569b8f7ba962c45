-- Who is blocked: apart from the users themselves, which the service still cannot write.
create table blocked_users (
  user_id text primary key references users (id) on delete cascade,
  blocked_at timestamptz not null default now()
);

-- Sessions that were ended before their time, for as long as they could have lasted: nothing that was under way at that
-- moment brings one back, and every service is told of them while tokens of theirs may still be alive.
create table ended_sessions (
  session_id text primary key,
  reason text not null check (reason in ('logged_out', 'revoked', 'refresh_token_reused', 'user_blocked')),
  ended_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index ended_sessions_by_end on ended_sessions (ended_at);

-- Public keys of every copy of the service, for as long as something that was signed with one may count. The private
-- ones exist in memory only: what a copy signed outlives it, and nobody who reads this can sign.
create table signing_keys (
  id text primary key,
  purpose text not null check (purpose in ('access', 'exchange', 'cookie')),
  public_jwk jsonb not null check (not public_jwk ? 'd'),
  expires_at timestamptz not null
);

-- The device flow's short codes, which people type. (The device's own long code stands in the login that it waits for,
-- for ten minutes at most.)
alter table oidc_records add column user_code_hash bytea check (length(user_code_hash) = 32);
create unique index oidc_records_by_user_code on oidc_records (model, user_code_hash) where user_code_hash is not null;
create index oidc_records_by_account on oidc_records (account_id) where account_id is not null;
