import type { EnclosingStack } from '@zt/e2e/enclosing-stack';
import { descriptionPath, readStackDescription, type StackDescription } from '@zt/e2e/stack-description';
import { createContainerVaultClient } from '../compose/container-vault-client.ts';
import { findComposeStack } from '../compose/find-compose-stack.ts';
import { places, ports } from '../compose/places.ts';
import type { FoundStack } from '../stack/found-stack.ts';
import { startCommand, ztCommand } from '../stack/zt-command.ts';
import { runToEnd } from '../supervisor/run-to-end.ts';
import { clockFinding, postgresTime } from './check-clock.ts';
import { checkContainers } from './check-containers.ts';
import { checkDisk } from './check-disk.ts';
import { checkPostgres } from './check-postgres.ts';
import { downSince } from './check-processes.ts';
import { checkServedCertificates } from './check-served-certificates.ts';
import { checkServices } from './check-services.ts';
import { checkSpools } from './check-spools.ts';
import { checkSvids } from './check-svids.ts';
import { checkVaultOf } from './check-vault.ts';
import { checkWorkloadApi } from './check-workload-api.ts';
import type { RunningExaminedStack } from './examined-stack.ts';
import type { Examination, Finding } from './finding.ts';
import { type Check, runCheck } from './run-check.ts';

const vaultTimeoutMs = 3_000;

interface Containers extends Omit<RunningExaminedStack, 'kind' | 'ports'>, Pick<FoundStack, 'readLogs'> {
  readonly kind: 'compose';
  readonly ports: { readonly postgres: number };
}

const always: readonly Check<Containers>[] = [
  ['containers', checkContainers],
  ['disk', checkDisk],
  ['records that wait', (stack) => checkSpools(stack, places.spools)],
  ['certificates', checkSvids],
  ['spire', checkSpireServer],
  ['identities', checkWorkloadApi],
  ['postgres', checkPostgres],
  ['clocks', async (stack) => clockFinding(await postgresTime(stack))],
];

/** For those whose description says where they are. */
const onceStarted: readonly Check<Containers & { readonly description: StackDescription }>[] = [
  ['vault', checkVault],
  ['certificates of servers', (stack) => checkServedCertificates(stack, stack.description)],
  ['services', checkServices],
];

/** Looks at everything that can be seen from a container of the stack. */
export async function examineContainers(enclosing: EnclosingStack): Promise<Examination[]> {
  const { name, directory } = enclosing;
  const { readStatus, settings, readLogs } = await findComposeStack(enclosing);
  const limit = process.env.ZT_SPOOL_LIMIT;
  const stack: Containers = {
    kind: 'compose',
    name,
    stateDirectory: directory,
    record: {
      socketDirectory: places.postgresSocketDirectory,
      settings: { ...settings, ...(limit === undefined ? {} : { spoolLimitBytes: Number(limit) }) },
    },
    ports,
    status: await readStatus(),
    readLogs,
    now: new Date(),
    start: startCommand('up', { kind: 'compose', name }),
    command: (words) => ztCommand(words, name),
  };
  const description = await readStackDescription(descriptionPath(directory)).catch(() => null);
  const [general, started] = await Promise.all([
    Promise.all(always.map((check) => runCheck(check, stack))),
    Promise.all(description === null ? [] : onceStarted.map((check) => runCheck(check, { ...stack, description }))),
  ]);
  return [...general, ...started];
}

/** Where the server does not answer the agent gets nothing new, and nobody else. */
async function checkSpireServer(stack: Containers): Promise<Finding[]> {
  const name = 'spire-server';
  const { serverProgram: command, serverSocket } = places.registration;
  try {
    await runToEnd({ name, command, args: ['healthcheck', '-socketPath', serverSocket] });
    return [];
  } catch {
    const what = 'does not answer: nobody gets a new certificate from the agent for long';
    const todo = `it is started again by itself where it died; look at why: ${stack.command(`logs ${name}`)}`;
    return [{ subject: name, what, since: await downSince(stack, name), todo }];
  }
}

/** Vault knows nobody here; what it says to everybody is enough. */
async function checkVault({ description, ...stack }: Containers & { readonly description: StackDescription }) {
  const client = createContainerVaultClient(description.addresses.vault, vaultTimeoutMs);
  const unsealing = `trust-updater unseals it by itself: look at why it did not: ${stack.command('logs trust-updater')}`;
  return await checkVaultOf(stack, { client, readLogs: stack.readLogs, unsealing });
}
