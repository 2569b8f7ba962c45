/** The parts of a start, in the order in which they end. */
export const stackSteps = [
  { name: 'programs', title: 'Programs' },
  { name: 'spire', title: 'SPIRE: server, agent and one entry per workload' },
  { name: 'certificates', title: 'Certificates of Postgres and Vault' },
  { name: 'postgres', title: 'Postgres: roles, databases, tables' },
  { name: 'vault', title: 'Vault: unsealed, logins and policies' },
  { name: 'apps', title: 'Apps' },
] as const;
export type StackStep = (typeof stackSteps)[number]['name'];

export interface StepEvent {
  readonly step: StackStep;
  readonly state: 'started' | 'progress' | 'done';
  /** What it is at, or how it ended, in a few words. */
  readonly detail?: string;
}
