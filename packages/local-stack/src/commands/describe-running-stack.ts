import { descriptionPath, readStackDescription, type StackDescription } from '@zt/e2e/stack-description';
import { requireRunningStack } from './running-stack.ts';

/** What clients have to know of the stack of this name. Throws where it does not run, or not yet. */
export async function describeRunningStack(name: string): Promise<StackDescription> {
  const { stateDirectory, phase } = await requireRunningStack(name);
  if (phase !== 'running') throw new Error(`the stack ${name} is ${phase}: try again in a moment`);
  return await readStackDescription(descriptionPath(stateDirectory));
}
