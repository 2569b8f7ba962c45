import { defaultStackKind, type StartableKind } from '@zt/e2e/stack-kind';
import type { StackStatus } from '../control/stack-status.ts';
import { type RememberedPorts, readPorts } from '../stack/choose-ports.ts';
import { readStackRecord, type StackRecord } from '../stack/stack-record.ts';
import type { StackSettings } from '../stack/stack-settings.ts';
import { startCommand, ztCommand } from '../stack/zt-command.ts';

/** What has to be known of how a stack was started. */
export interface ExaminedRecord extends Pick<StackRecord, 'socketDirectory'> {
  readonly settings: Pick<StackSettings, 'svidTtlSeconds' | 'spoolLimitBytes'>;
}

/** A stack as the doctor finds it, running or not. */
export interface ExaminedStack {
  readonly name: string;
  readonly stateDirectory: string;
  /** Null where no stack of this name was ever started. */
  readonly record: ExaminedRecord | null;
  /** Null where it was never started. */
  readonly ports: RememberedPorts | null;
  /** Null where its supervisor does not answer. */
  readonly status: StackStatus | null;
  readonly now: Date;
  readonly kind: StartableKind;
  /** How a person starts it. */
  readonly start: string;
  /** A command as a person types it, for this stack. */
  command(words: string): string;
}

/** A stack that answers. */
export interface RunningExaminedStack extends ExaminedStack {
  readonly record: ExaminedRecord;
  readonly ports: RememberedPorts;
  readonly status: StackStatus;
}

export async function findStack(
  name: string,
  stateDirectory: string,
  ask: (controlSocket: string) => Promise<StackStatus | null>,
): Promise<ExaminedStack> {
  const record = await readStackRecord(stateDirectory).catch(() => null);
  const kind = record?.settings.kind ?? defaultStackKind;
  return {
    name,
    kind,
    stateDirectory,
    record,
    ports: await readPorts(stateDirectory),
    status: record === null ? null : await ask(record.controlSocket).catch(() => null),
    now: new Date(),
    start: startCommand('up', { kind, name }),
    command: (words) => ztCommand(words, name),
  };
}

export function isRunning(stack: ExaminedStack): stack is RunningExaminedStack {
  return stack.record !== null && stack.ports !== null && stack.status !== null;
}
