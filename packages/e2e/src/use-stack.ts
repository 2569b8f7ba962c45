import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EnclosingStack, enclosingStack } from './enclosing-stack.ts';
import { followEnclosingLogs } from './followed-logs.ts';
import { descriptionPath, readStackDescription, type StackDescription } from './stack-description.ts';
import { defaultStackKind, type StackKind, stackNameFor } from './stack-kind.ts';
import { beginTrial } from './trial.ts';
import { zt } from './zt-command.ts';

const states = fileURLToPath(new URL('../../../.zt', import.meta.url));

/** Which stack a run takes place on. */
export interface WantedStack {
  /** What it is started for, after which it is named where nobody chose a name. */
  readonly purpose: string;
  readonly name: string | undefined;
  /** Where nobody chose one, that of the running stack of that name. */
  readonly kind: StackKind | undefined;
  readonly userIssuer: StackDescription['userIssuer'];
  /** More options of `zt up`, for a stack that is started. */
  readonly options?: readonly string[];
}

export interface UsedStack {
  readonly stack: StackDescription;
  readonly release: () => Promise<void>;
}

/**
 * The stack of that name: the one that runs, or one that is started for this run and stopped after it; in a container, the
 * stack that it is part of. Throws where the one that runs is of another kind, or has another issuer of users' tokens.
 */
export async function useStack(wanted: WantedStack): Promise<UsedStack> {
  const enclosing = enclosingStack();
  if (enclosing !== null) return await useEnclosingStack(enclosing, wanted);
  const kind = wanted.kind ?? defaultStackKind;
  const name = wanted.name ?? stackNameFor(wanted.purpose, kind);
  const path = descriptionPath(join(states, name));
  const running = await readStackDescription(path).catch(() => null);
  if (running !== null) {
    const fault = faultOf(running, wanted);
    if (fault === null) return { stack: running, release: async () => {} };
    throw new Error(`${fault}: choose another --name, or end it with zt down`);
  }
  const issuer = ['--user-issuer', wanted.userIssuer];
  await zt('up', '--detach', '--stack', kind, '--name', name, ...issuer, ...(wanted.options ?? []));
  return { stack: await readStackDescription(path), release: () => zt('down', '--name', name) };
}

async function useEnclosingStack(enclosing: EnclosingStack, wanted: WantedStack): Promise<UsedStack> {
  const { name, directory, engineSocket } = enclosing;
  if (wanted.name !== undefined && wanted.name !== name)
    throw new Error(`in a container there is no other stack than ${name}: leave out --name`);
  const stack = await readStackDescription(descriptionPath(directory), 'docker compose up --wait');
  const fault = faultOf(stack, wanted);
  if (fault !== null) throw new Error(`${fault}, and in a container there is no other one`);
  const logs = await followEnclosingLogs(engineSocket, stack.logsDirectory);
  const trial = await beginTrial();
  let released: Promise<void> | null = null;
  const release = (): Promise<void> => {
    released ??= Promise.all([logs.close(), trial.close()]).then(() => {});
    return released;
  };
  // With this process the container ends, and with it whoever is still at it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void release().finally(() => process.exit(128 + constants.signals[signal])));
  }
  return { stack, release };
}

/** Why a stack that runs will not do; null where it will. */
export function faultOf(
  { name, kind, userIssuer }: Pick<StackDescription, 'name' | 'kind' | 'userIssuer'>,
  wanted: Pick<WantedStack, 'kind' | 'userIssuer'>,
): string | null {
  if (wanted.kind !== undefined && kind !== wanted.kind) return `the stack ${name} is of the kind ${kind}`;
  return userIssuer === wanted.userIssuer ? null : `the stack ${name} runs with another issuer`;
}
