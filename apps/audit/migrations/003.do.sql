-- What the operator signed of modes of rules. The last one is in force; none is ever changed.
create table policy_bundles (
  revision bigint primary key check (revision >= 1),
  -- Compact JWS.
  statement text not null,
  published_at timestamptz not null
);
