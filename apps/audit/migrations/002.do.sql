-- What decisions are listed by. All of it is in the line as well: these columns only find it.
alter table decisions
  add column decided_at timestamptz,
  add column decision_id text,
  add column method text,
  -- Of the token; null where there was none.
  add column subject text,
  add column allowed boolean,
  add column reasons text[];

update decisions set
  decided_at = (line_json ->> 'time')::timestamptz,
  decision_id = line_json ->> 'decisionId',
  method = line_json ->> 'method',
  subject = line_json -> 'token' ->> 'subject',
  allowed = (line_json ->> 'allowed')::boolean,
  reasons = array(select json_array_elements_text(line_json -> 'reasons'))
from (select writer as w, spool as s, sequence as n, replace(convert_from(line, 'UTF8'), '\u0000', '')::json as line_json from decisions) as each
where writer = w and spool = s and sequence = n;

alter table decisions
  alter column decided_at set not null,
  alter column decision_id set not null,
  alter column method set not null,
  alter column allowed set not null,
  alter column reasons set not null;

-- The newest first, in an order without ties.
create index decisions_by_time on decisions (decided_at, writer, spool, sequence);
create index decisions_by_id on decisions (decision_id);
create index decisions_by_subject on decisions (subject, decided_at) where subject is not null;
create index decisions_refused on decisions (decided_at) where not allowed;

-- Records that the ledger lacks: it had them and lost them, or never got them, and their writer has them no more.
create table gaps (
  writer text not null,
  spool text not null,
  first_sequence bigint not null check (first_sequence >= 1),
  last_sequence bigint not null check (last_sequence >= first_sequence),
  noted_at timestamptz not null,
  primary key (writer, spool, first_sequence)
);
