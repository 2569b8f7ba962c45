-- An order can be cancelled, refunded in parts and settled, and is carried on by whichever copy of the service finds it
-- left alone.
alter table orders drop constraint orders_status_check;
alter table orders add constraint orders_status_check check (
  status in ('pending', 'capturing', 'rejecting', 'cancelling', 'confirmed', 'rejected', 'cancelled'));

alter table orders
  -- Of the call that placed the order: what is done for it later has the same.
  add column trace_id text not null default '',
  add column settled_at timestamptz,
  add column settlement_id text unique,
  -- When to carry the order on if nobody has it in hand; null where nothing is left to do.
  add column due_at timestamptz,
  -- How often it was carried on since its last step forward.
  add column attempts integer not null default 0,
  add constraint orders_settlement_check check ((settled_at is null) = (settlement_id is null));

update orders set due_at = now() where status in ('pending', 'capturing', 'rejecting');

create index orders_due on orders (due_at) where due_at is not null;
create index orders_of_user on orders (user_id, placed_at desc, order_id desc);

-- Money that goes back to the customer. Whoever asks for it chooses the key; the rest that goes back when the order
-- itself is undone has none.
create table order_refunds (
  refund_id uuid primary key,
  order_id uuid not null references orders,
  idempotency_key text check (length(idempotency_key) between 8 and 64),
  amount_minor_units bigint not null check (amount_minor_units between 1 and 1000000000000),
  status text not null check (status in ('requested', 'done', 'refused')),
  refused_because text not null default '',
  requested_by text,
  requested_at timestamptz not null,
  unique (order_id, idempotency_key),
  check ((idempotency_key is null) = (requested_by is null)),
  check ((status = 'refused') = (refused_because <> ''))
);
