-- One payment per order, by the order's id. No card data: there is none in this system.
create table payments (
  payment_id text primary key,
  order_id text not null unique,
  user_id text not null,
  status text not null check (status in ('authorized', 'captured')),
  amount_minor_units bigint not null check (amount_minor_units between 1 and 1000000000000),
  currency text not null check (currency = 'EUR'),
  authorized_at timestamptz not null,
  captured_at timestamptz,
  check ((status = 'captured') = (captured_at is not null))
);
