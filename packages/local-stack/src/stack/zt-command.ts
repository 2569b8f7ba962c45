import { defaultStackKind } from '@zt/e2e/stack-kind';
import { defaultStackName, demoSettings, type StackSettings } from './stack-settings.ts';

/** A command as a person types it, wherever it is shown: `npx -y pnpm@12 zt status --name two`. */
export function ztCommand(words: string, stackName: string): string {
  return `npx -y pnpm@12 zt ${words}${stackName === demoSettings.name ? '' : ` --name ${stackName}`}`;
}

/** The same for starting a stack, which has to say its kind: `npx -y pnpm@12 zt up --stack native`. */
export function startCommand(words: string, { kind, name }: Pick<StackSettings, 'kind' | 'name'>): string {
  const kindOption = kind === defaultStackKind ? '' : ` --stack ${kind}`;
  return `npx -y pnpm@12 zt ${words}${kindOption}${name === defaultStackName(kind) ? '' : ` --name ${name}`}`;
}
