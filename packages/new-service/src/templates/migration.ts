import type { ServicePlan } from '../service-plan.ts';

/** `apps/shipping/migrations/001.do.sql` */
export function migration({ names }: ServicePlan): string {
  const { words, snake, table } = names;
  return `-- Each ${words} belongs to one user, who chose its id: other users neither see it nor stand in its way.
create table ${table} (
  user_id text not null,
  ${snake}_id text not null check (length(${snake}_id) between 8 and 64),
  created_at timestamptz not null,
  primary key (user_id, ${snake}_id)
);
`;
}
