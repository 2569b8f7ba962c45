import type { StartableKind } from '@zt/e2e/stack-kind';

/** The parts of a start, in the order in which they end. */
export const stackSteps = ['programs', 'identities', 'certificates', 'postgres', 'vault', 'apps'] as const;
export type StackStep = (typeof stackSteps)[number];

const shared = {
  programs: 'Programs',
  postgres: 'Postgres: roles, databases, tables',
  apps: 'Apps',
} as const;

/** What each is called where people look on. */
export const stepTitles: Readonly<Record<StartableKind, Readonly<Record<StackStep, string>>>> = {
  embedded: {
    ...shared,
    identities: 'Development Workload API: a socket for each workload',
    certificates: 'Certificate of Postgres',
    vault: 'Development Vault: logins and policies',
  },
  native: {
    ...shared,
    identities: 'SPIRE: server, agent and one entry per workload',
    certificates: 'Certificates of Postgres and Vault',
    vault: 'Vault: unsealed, logins and policies',
  },
};

export interface StepEvent {
  readonly step: StackStep;
  readonly state: 'started' | 'progress' | 'done';
  /** What it is at, or how it ended, in a few words. */
  readonly detail?: string;
}
