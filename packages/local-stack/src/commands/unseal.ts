import type { Command } from 'commander';
import { requireStartedStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerUnseal(program: Command): void {
  addNameOption(program.command('unseal'))
    .description('unseal Vault, as its operator')
    .action(async ({ name }: NameOption) => {
      const { control } = await requireStartedStack(name);
      await control.unseal();
      console.log('Vault is unsealed.');
    });
}
