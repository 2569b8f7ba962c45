import { enclosingStack } from '@zt/e2e/enclosing-stack';
import { defaultStackKind, type StackKind } from '@zt/e2e/stack-kind';
import { defaultStackName, demoSettings } from './stack-settings.ts';

/** A command as a person types it, wherever it is shown: `npx -y pnpm@12 zt status --name two`. */
export function ztCommand(words: string, stackName: string): string {
  if (enclosingStack() !== null) return composeCommand(words);
  return `npx -y pnpm@12 zt ${words}${stackName === demoSettings.name ? '' : ` --name ${stackName}`}`;
}

/** The same for starting a stack, which has to say its kind: `npx -y pnpm@12 zt up --stack native`. */
export function startCommand(
  words: string,
  { kind, name }: { readonly kind: StackKind; readonly name: string },
): string {
  if (kind === 'compose' || enclosingStack() !== null) return 'docker compose up --wait';
  const kindOption = kind === defaultStackKind ? '' : ` --stack ${kind}`;
  return `npx -y pnpm@12 zt ${words}${kindOption}${name === defaultStackName(kind) ? '' : ` --name ${name}`}`;
}

/** For those at the machine of a stack of containers: they read its logs, and end it, without a container of their own. */
function composeCommand(words: string): string {
  return words === 'down' || words.startsWith('logs ')
    ? `docker compose ${words}`
    : `docker compose run --rm zt ${words}`;
}
