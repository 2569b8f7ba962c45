import { demoSettings } from './stack-settings.ts';

/** A command as a person types it, wherever it is shown: `npx -y pnpm@12 zt status --name two`. */
export function ztCommand(words: string, stackName: string): string {
  return `npx -y pnpm@12 zt ${words}${stackName === demoSettings.name ? '' : ` --name ${stackName}`}`;
}
