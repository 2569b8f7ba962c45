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
  readonly phase: StackStatus['phase'];
  /** All that is known of its processes: of containers it takes a look into each one's log. */
  readStatus(): Promise<StackStatus>;
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
  /** As it was when the stack was found. */
  readonly status: StackStatus;
  readonly record: StackRecord;
  readonly control: ControlClient;
}
