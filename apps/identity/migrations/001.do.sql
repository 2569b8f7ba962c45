-- Who may log in. The service reads this and cannot write it.
create table users (
  id text primary key check (id ~ '^[a-z][a-z0-9._-]{0,62}$'),
  password_hash text not null check (password_hash like '$scrypt$%'),
  roles text[] not null default '{}'
);

-- What the OpenID Provider keeps: sessions, logins under way, grants, authorization codes, refresh tokens. What the
-- holder of such a thing presents is its id: only the SHA-256 of that is here, so reading this table opens nothing. (A
-- login under way has its id in its return address too; it counts only in a cookie that is signed with a key in memory.)
create table oidc_records (
  model text not null,
  id_hash bytea not null check (length(id_hash) = 32),
  payload jsonb not null,
  -- Names a session in tokens (`sid`), where its id must not stand.
  uid text,
  account_id text,
  grant_id text,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  primary key (model, id_hash)
);

create unique index oidc_records_by_uid on oidc_records (model, uid) where uid is not null;
create index oidc_records_by_grant on oidc_records (grant_id) where grant_id is not null;
create index oidc_records_by_expiry on oidc_records (expires_at);
