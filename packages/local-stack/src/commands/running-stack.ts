import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { defaultStackKind } from '@zt/e2e/stack-kind';
import { createControlClient } from '../control/control-client.ts';
import type { FoundStack, StartedStack } from '../stack/found-stack.ts';
import { readProcessLogs } from '../stack/read-process-logs.ts';
import { readStackRecord, stateDirectoryOf } from '../stack/stack-record.ts';
import { startCommand } from '../stack/zt-command.ts';
import { repositoryRoot } from './repository-root.ts';

/** The stack of this name, if it runs. In a container there is one only, the one that it is part of. */
export async function findRunningStack(name: string): Promise<FoundStack | null> {
  const enclosing = enclosingStack();
  if (enclosing === null) return await findStartedStack(name);
  if (name !== enclosing.name) return null;
  const { findComposeStack } = await import('../compose/find-compose-stack.ts');
  return await findComposeStack(enclosing);
}

/** The same of what `zt up` starts; it is asked over its own socket. */
export async function findStartedStack(name: string): Promise<StartedStack | null> {
  const stateDirectory = stateDirectoryOf(repositoryRoot, name);
  const record = await readStackRecord(stateDirectory);
  if (record === null) return null;
  const control = createControlClient(record.controlSocket);
  const status = await control.status();
  if (status === null) return null;
  const { settings } = record;
  const readLogs = readProcessLogs(stateDirectory);
  const { phase } = status;
  const readStatus = async () => status;
  return {
    stateDirectory,
    settings,
    phase,
    readStatus,
    authority: control.authority,
    readLogs,
    status,
    record,
    control,
  };
}

/** Throws with what to do where it does not run. */
export async function requireRunningStack(name: string): Promise<FoundStack> {
  return (await findRunningStack(name)) ?? (await sayWhatToDo(name));
}

/** The same of what `zt up` starts. */
export async function requireStartedStack(name: string): Promise<StartedStack> {
  return (await findStartedStack(name)) ?? (await sayWhatToDo(name));
}

async function sayWhatToDo(name: string): Promise<never> {
  const enclosing = enclosingStack();
  if (enclosing !== null)
    throw new Error(`in a container there is no other stack than ${enclosing.name}: leave out --name`);
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
  const found = await Promise.all(names.map((name) => findStartedStack(name).catch(() => null)));
  return names.filter((_, index) => found[index] !== null);
}
