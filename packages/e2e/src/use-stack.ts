import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStackDescription, type StackDescription } from './stack-description.ts';
import { defaultStackKind, type StackKind, stackNameFor } from './stack-kind.ts';
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

/**
 * The stack of that name: the one that runs, or one that is started for this run and stopped after it. Throws where the one
 * that runs is of another kind, or has another issuer of users' tokens.
 */
export async function useStack(
  wanted: WantedStack,
): Promise<{ stack: StackDescription; release: () => Promise<void> }> {
  const kind = wanted.kind ?? defaultStackKind;
  const name = wanted.name ?? stackNameFor(wanted.purpose, kind);
  const path = join(states, name, 'description.json');
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

/** Why a stack that runs will not do; null where it will. */
export function faultOf(
  { name, kind, userIssuer }: Pick<StackDescription, 'name' | 'kind' | 'userIssuer'>,
  wanted: Pick<WantedStack, 'kind' | 'userIssuer'>,
): string | null {
  if (wanted.kind !== undefined && kind !== wanted.kind) return `the stack ${name} is of the kind ${kind}`;
  return userIssuer === wanted.userIssuer ? null : `the stack ${name} runs with another issuer`;
}
