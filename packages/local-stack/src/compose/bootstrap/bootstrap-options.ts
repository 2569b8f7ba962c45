import type { Patience } from '../patience.ts';

/** What every part of the step is told. */
export interface BootstrapOptions {
  readonly repositoryRoot: string;
  readonly databaseLoginTtlSeconds: number;
  readonly patience: Patience;
  readonly report: (line: string) => void;
}
