-- Sessions of an issuer that is not ours, where it takes the provider's place: what it said when it was last asked.
create table foreign_sessions (
  session_id text not null,
  -- <issuer>#<sub>
  user_id text not null check (user_id like 'https://%#%'),
  checked_at timestamptz not null,
  -- As long as a token of the session was good that was seen here.
  ends_at timestamptz not null,
  primary key (session_id, user_id)
);

create index foreign_sessions_by_user on foreign_sessions (user_id);
create index foreign_sessions_by_end on foreign_sessions (ends_at);

-- Users of such an issuer have no row among ours, and can be blocked all the same.
alter table blocked_users drop constraint blocked_users_user_id_fkey;
