import { operatorAccessOf } from '@zt/e2e/operator-client';
import { descriptionPath } from '@zt/e2e/stack-description';
import { describeContainerStack } from '../describe-container-stack.ts';
import { places } from '../places.ts';
import { writeChanged } from '../write-changed.ts';
import type { BootstrapOptions } from './bootstrap-options.ts';
import { openContainerVault } from './open-container-vault.ts';
import { setUpPostgres } from './set-up-postgres.ts';
import { setUpVault } from './set-up-vault.ts';

/**
 * Makes of servers that have just started a stack whose services can work: databases and users, Vault with its logins and
 * roles, the first API key, and a description for whoever wants to know where all that is. Run again, it changes nothing.
 */
export async function bootstrap(options: BootstrapOptions): Promise<void> {
  const { report } = options;
  const description = describeContainerStack();
  const [vault] = await Promise.all([
    openContainerVault(description.addresses.vault, options),
    setUpPostgres(operatorAccessOf(description), options),
  ]);
  await setUpVault(vault, description, options);
  const text = `${JSON.stringify(description, null, 2)}\n`;
  const before = await writeChanged(descriptionPath(places.stack), text);
  report(`description of the stack: ${before === 'same' ? 'as it should be' : 'written'}`);
}
