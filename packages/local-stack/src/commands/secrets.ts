import { serviceNames } from '@zt/access-graph';
import type { Command } from 'commander';
import { listApiKeys } from '../operator/jobs/list-api-keys.ts';
import { listLeases } from '../operator/jobs/list-leases.ts';
import { runAsOperator } from '../operator/run-as-operator.ts';
import { databaseLoginEvents } from '../secrets/database-login-events.ts';
import { heldSecrets } from '../secrets/held-secrets.ts';
import { secretsTable } from '../secrets/secrets-table.ts';
import { terminalStyle } from '../story/style.ts';
import { describeRunningStack } from './describe-running-stack.ts';
import { requireRunningStack } from './running-stack.ts';
import { addNameOption, type NameOption } from './stack-options.ts';

export function registerSecrets(program: Command): void {
  addNameOption(program.command('secrets'))
    .description('show who holds which identity, database login and API key until when; no secret itself is shown')
    .option('--json', 'for programs')
    .action(async ({ name, json }: NameOption & { readonly json?: boolean }) => {
      const stack = await describeRunningStack(name);
      const { readStatus, readLogs } = await requireRunningStack(name);
      const [status, leases, apiKeys] = await Promise.all([
        readStatus(),
        runAsOperator(stack, listLeases, {}),
        runAsOperator(stack, listApiKeys, {}),
      ]);
      // After the leases: of one that began meanwhile the log would not know whose login it is.
      const logs = await Promise.all(serviceNames.map(readLogs));
      const logins = logs.flat().flatMap(databaseLoginEvents);
      const secrets = heldSecrets({ processes: status.processes, leases, logins, apiKeys });
      if (json === true) console.log(JSON.stringify(secrets, null, 2));
      else console.log(secretsTable(secrets, new Date(), terminalStyle({ verbose: false })));
    });
}
