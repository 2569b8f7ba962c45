-- A reservation that nobody committed in time is given back as `expired`: what it held can be sold again, and its commit
-- has to take it anew. A released one has no user where a service released it in its own name before it was made.
alter table reservations drop constraint reservations_status_check;
alter table reservations add constraint reservations_status_check
  check (status in ('reserved', 'committed', 'released', 'expired'));
alter table reservations alter column user_id drop not null;
alter table reservations add constraint reservations_user_check check (user_id is not null or status = 'released');
create index reservations_to_expire on reservations (expires_at) where status = 'reserved';
