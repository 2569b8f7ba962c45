import { relative } from 'node:path';
import { readStackRecord } from './stack-record.ts';
import type { StackSettings } from './stack-settings.ts';

/** Throws an error for people where the folder has the state of a stack of another kind: neither could use it. */
export async function requireKind(
  stateDirectory: string,
  { kind, name }: Pick<StackSettings, 'kind' | 'name'>,
): Promise<void> {
  const before = (await readStackRecord(stateDirectory).catch(() => null))?.settings.kind;
  if (before === undefined || before === kind) return;
  throw new Error(
    `the stack ${name} is of the kind ${before}, not ${kind}: say --stack ${before}, choose another --name, ` +
      `or remove ${relative(process.cwd(), stateDirectory) || stateDirectory} and with it all that it knows`,
  );
}
