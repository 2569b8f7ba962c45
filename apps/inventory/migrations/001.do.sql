-- What can be sold. A reservation takes its quantity out of `available` at once.
create table stock (
  sku text primary key,
  name text not null,
  available integer not null check (available >= 0),
  unit_price_minor_units bigint not null check (unit_price_minor_units between 1 and 100000000),
  currency text not null default 'EUR' check (currency = 'EUR')
);

-- What is set aside for one order, by its id. A reservation that was released before it was made has no lines:
-- it is kept so that a call that was held up on its way cannot make it afterwards.
create table reservations (
  reservation_id text primary key,
  user_id text not null,
  status text not null check (status in ('reserved', 'committed', 'released')),
  total_minor_units bigint not null default 0 check (total_minor_units >= 0),
  currency text not null default 'EUR' check (currency = 'EUR'),
  reserved_at timestamptz not null,
  expires_at timestamptz not null
);

create table reservation_lines (
  reservation_id text not null references reservations,
  sku text not null references stock,
  quantity integer not null check (quantity between 1 and 1000),
  primary key (reservation_id, sku)
);

insert into stock (sku, name, available, unit_price_minor_units) values
  ('tea-assam-100g', 'Assam tea, 100 g', 1000000, 750),
  ('tea-sencha-100g', 'Sencha tea, 100 g', 1000000, 990),
  ('kettle-1l', 'Kettle, 1 litre', 100000, 3990),
  ('coffee-grinder', 'Coffee grinder', 10000, 18900),
  ('espresso-machine', 'Espresso machine', 10000, 249900),
  ('teapot-limited', 'Teapot, limited edition', 3, 12900);
