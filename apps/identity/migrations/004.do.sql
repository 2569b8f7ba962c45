-- Workloads that count no more until they are released, whatever their certificates say. Every service is told of them.
create table quarantined_workloads (
  spiffe_id text primary key check (spiffe_id like 'spiffe://%/%'),
  quarantined_at timestamptz not null default now()
);
