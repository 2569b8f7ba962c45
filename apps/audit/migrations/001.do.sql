-- Every decision once, as its writer hashed it. The service may add rows and read them, and nothing else.
create table decisions (
  -- The writer's SPIFFE ID and its spool: one chain.
  writer text not null,
  spool text not null,
  sequence bigint not null check (sequence >= 1),
  -- SHA-256 of `line`, which names that of the record before.
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  line bytea not null,
  -- What records are found by; both are in the line as well.
  trace_id text not null,
  order_id text,
  received_at timestamptz not null,
  primary key (writer, spool, sequence)
);

create index decisions_by_trace on decisions (trace_id);
create index decisions_by_order on decisions (order_id) where order_id is not null;

-- Where every chain ended at some moment, signed. Each checkpoint names the SHA-256 of the one before.
create table checkpoints (
  number bigint primary key check (number >= 1),
  -- Compact JWS.
  statement text not null
);
