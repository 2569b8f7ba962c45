-- Orders of users. The same key of the same user is the same order, whatever happens in between.
create table orders (
  order_id uuid primary key,
  user_id text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 64),
  status text not null check (status in ('pending', 'capturing', 'rejecting', 'confirmed', 'rejected')),
  rejected_because text not null default '',
  currency text not null check (currency = 'EUR'),
  total_minor_units bigint not null check (total_minor_units between 1 and 1000000000000),
  placed_at timestamptz not null,
  -- Whoever carries the order on, one call at a time, and until when nobody else may.
  claim uuid,
  claimed_until timestamptz,
  unique (user_id, idempotency_key),
  check ((status in ('rejecting', 'rejected')) = (rejected_because <> ''))
);

create table order_lines (
  order_id uuid not null references orders,
  sku text not null,
  quantity integer not null check (quantity between 1 and 1000),
  primary key (order_id, sku)
);
