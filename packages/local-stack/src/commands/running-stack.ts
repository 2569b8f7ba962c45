import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defaultStackKind } from '@zt/e2e/stack-kind';
import { type ControlClient, createControlClient } from '../control/control-client.ts';
import type { StackStatus } from '../control/stack-status.ts';
import { readStackRecord, type StackRecord, stateDirectoryOf } from '../stack/stack-record.ts';
import { startCommand } from '../stack/zt-command.ts';
import { repositoryRoot } from './repository-root.ts';

export interface FoundStack {
  readonly stateDirectory: string;
  readonly record: StackRecord;
  readonly control: ControlClient;
  readonly status: StackStatus;
}

/** The stack of this name, if it runs; it is asked over its own socket. */
export async function findRunningStack(name: string): Promise<FoundStack | null> {
  const stateDirectory = stateDirectoryOf(repositoryRoot, name);
  const record = await readStackRecord(stateDirectory);
  if (record === null) return null;
  const control = createControlClient(record.controlSocket);
  const status = await control.status();
  return status === null ? null : { stateDirectory, record, control, status };
}

/** Throws with what to do where it does not run. */
export async function requireRunningStack(name: string): Promise<FoundStack> {
  const found = await findRunningStack(name);
  if (found !== null) return found;
  const record = await readStackRecord(stateDirectoryOf(repositoryRoot, name)).catch(() => null);
  const start = startCommand('up', { kind: record?.settings.kind ?? defaultStackKind, name });
  throw new Error(whatToDoWithout(name, await namesOfRunningStacks(), start));
}

/** Another stack that runs is likelier to be meant than one that has to be started. */
export function whatToDoWithout(name: string, running: readonly string[], start: string): string {
  const [other] = running;
  if (other === undefined) return `the stack ${name} does not run: start it with ${start}`;
  return `the stack ${name} does not run, but ${running.join(', ')} does: say --name ${other}, or start it with ${start}`;
}

async function namesOfRunningStacks(): Promise<string[]> {
  const names = await readdir(dirname(stateDirectoryOf(repositoryRoot, 'any'))).catch(() => []);
  const found = await Promise.all(names.map((name) => findRunningStack(name).catch(() => null)));
  return names.filter((_, index) => found[index] !== null);
}
