-- A payment is written down before the card network is asked for anything, so that whoever finds it later knows what may
-- have happened there: in authorizing, capturing and voiding the network's last answer is not known.
alter table payments drop constraint payments_status_check;
alter table payments drop constraint payments_check;
alter table payments
  alter column order_id drop not null,
  alter column user_id drop not null,
  alter column amount_minor_units drop not null,
  alter column currency drop not null,
  alter column authorized_at drop not null,
  add column voided_at timestamptz,
  -- When to ask the network again if nobody has its answer by then; null where nothing is open.
  add column due_at timestamptz,
  -- How often it was asked since the last answer.
  add column attempts integer not null default 0,
  add constraint payments_status_check check (
    status in ('authorizing', 'authorized', 'declined', 'capturing', 'captured', 'voiding', 'voided')),
  add constraint payments_captured_check check ((status = 'captured') = (captured_at is not null)),
  add constraint payments_voided_check check ((status = 'voided') = (voided_at is not null)),
  add constraint payments_due_check check ((status in ('authorizing', 'capturing', 'voiding')) = (due_at is not null)),
  -- An id that was given up before it was ever used says nothing of an order.
  add constraint payments_whole_check check (
    status in ('voiding', 'voided')
    or (order_id is not null and user_id is not null and amount_minor_units is not null and currency is not null));
create index payments_due on payments (due_at) where due_at is not null;

create table refunds (
  refund_id text primary key,
  payment_id text not null references payments,
  amount_minor_units bigint not null check (amount_minor_units between 1 and 1000000000000),
  currency text not null check (currency = 'EUR'),
  status text not null check (status in ('requested', 'refunded', 'refused')),
  requested_at timestamptz not null,
  -- All that was given back of the payment when this refund was done: the answer that a repeated call gets.
  total_minor_units bigint,
  due_at timestamptz,
  attempts integer not null default 0,
  check ((status = 'refunded') = (total_minor_units is not null)),
  check ((status = 'requested') = (due_at is not null))
);
create index refunds_of_payment on refunds (payment_id);
create index refunds_due on refunds (due_at) where due_at is not null;

-- What the card network said it paid out, by the id of each notice: one that comes again is refused.
create table settlement_notices (
  notice_id text primary key,
  settlement_id text not null,
  payment_id text not null references payments,
  amount_minor_units bigint not null check (amount_minor_units between 1 and 1000000000000),
  currency text not null check (currency = 'EUR'),
  signed_at timestamptz not null,
  received_at timestamptz not null,
  -- Of the notice's call: what order is told has the same.
  trace_id text not null,
  -- A settlement that the network tells a second time, under another notice, goes to order once.
  status text not null check (status in ('taken', 'passed on', 'repeated')),
  due_at timestamptz,
  attempts integer not null default 0,
  check ((status = 'taken') = (due_at is not null))
);
create unique index settlements_once on settlement_notices (settlement_id) where status <> 'repeated';
create index settlement_notices_due on settlement_notices (due_at) where due_at is not null;
