import type { AuthoritySteps } from '@zt/kit/testing/workload-api';
import type { ControlClient } from '../control/control-client.ts';
import type { StackStatus } from '../control/stack-status.ts';
import type { StackRecord } from './stack-record.ts';
import type { StackSettings } from './stack-settings.ts';

/** A stack that runs, as commands use it: whether its parts are processes of this machine or containers. */
export interface FoundStack {
  /** Where its description is, and where the command line keeps logins and locks. */
  readonly stateDirectory: string;
  readonly settings: Pick<StackSettings, 'svidTtlSeconds'>;
  readonly status: StackStatus;
  /** The steps of a roll of the authority that signs certificates. */
  readonly authority: AuthoritySteps;
  readonly readLogs: ReadLogs;
}

/**
 * What processes have logged, as far as it is kept: of the one that has this name in the status, or of each copy of the
 * service of this name.
 */
export type ReadLogs = (name: string) => Promise<readonly string[]>;

/** One that `zt up` started, which can be asked for more. */
export interface StartedStack extends FoundStack {
  readonly record: StackRecord;
  readonly control: ControlClient;
}
