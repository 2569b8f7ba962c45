import { join } from 'node:path';
import { accessGraph, spiffeIdOf, spireEntries } from '@zt/access-graph';
import { cardNetworkName } from '../card-network/card-network-files.ts';
import { issueFirstApiKey, startCardNetwork } from '../card-network/start-card-network.ts';
import { prepareDex, startDex } from '../dex/start-dex.ts';
import { operatorName } from '../operator/operator-name.ts';
import { prepareCluster } from '../postgres/cluster.ts';
import {
  type DemoUsers,
  databaseSetups,
  provisionDemoUsers,
  type RunningPostgres,
  readDemoUsers,
  reconcilePostgres,
  startPostgres,
} from '../postgres/index.ts';
import { programOfWorkload, sidecarName } from '../sidecar/sidecar-workloads.ts';
import { svidFiles } from '../sidecar/svid-files.ts';
import { reconcileEntries } from '../spire/reconcile-entries.ts';
import { spireFiles } from '../spire/spire-files.ts';
import { prepareSpire, spireServerCommands, startSpireAgent, startSpireServer } from '../spire/start-spire.ts';
import { workloadEntries } from '../spire/workload-entries.ts';
import { linkWorkloadPrograms } from '../spire/workload-links.ts';
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { type RunningVault, startVault } from '../vault/index.ts';
import { appEnvironment, appNames, vaultUrl } from './app-environment.ts';
import type { KeepRunning } from './keep-running.ts';
import type { StackSettings } from './stack-settings.ts';
import type { StackStep, StepEvent } from './stack-step.ts';
import { startWorkload } from './start-workload.ts';

export interface StackParts {
  start(): Promise<void>;
  /** Ends the apps first and all at once, so that they can end their database logins and write their records. */
  stop(): Promise<void>;
  certificateWritten(server: string): Promise<void>;
  /** Seals Vault, or opens it again. */
  sealVault(sealed: boolean): Promise<void>;
}

/** What a stack consists of, and in which order it starts: nothing that SPIRE needs needs SPIRE. */
export function createStackParts(
  context: StackContext,
  options: {
    readonly settings: StackSettings;
    readonly controlSocket: string;
    readonly keepRunning: KeepRunning;
    readonly onStep: (event: StepEvent) => void;
  },
): StackParts {
  const { settings, keepRunning } = options;
  const spire = {
    trustDomain: accessGraph.trustDomain,
    svidTtlSeconds: settings.svidTtlSeconds,
    authorityTtlSeconds: settings.authorityTtlSeconds,
  };
  const workloadApi = `unix://${spireFiles(context).agentSocket}`;
  const svidDirectory = join(context.stateDirectory, 'svid');
  const certificateOf = (server: string) => svidFiles(join(svidDirectory, server));
  const withoutServers = new Map<string, ManagedProcess>();
  let postgres: RunningPostgres | null = null;
  let vault: RunningVault | null = null;

  async function step<T>(name: StackStep, work: () => Promise<T>): Promise<T> {
    options.onStep({ step: name, state: 'started' });
    const result = await work();
    options.onStep({ step: name, state: 'done' });
    return result;
  }

  async function startSpire(): Promise<string> {
    const names = [...appNames, sidecarName, operatorName];
    const binDirectory = await linkWorkloadPrograms(join(context.stateDirectory, 'bin'), names, process.execPath);
    await prepareSpire(context);
    await keepRunning.start('spire-server', () => startSpireServer(context, spire));
    const commands = spireServerCommands(context);
    const entries = workloadEntries(spireEntries(accessGraph), {
      trustDomain: spire.trustDomain,
      binDirectory,
      uid: process.getuid?.() ?? 0,
      svidTtlSeconds: spire.svidTtlSeconds,
      programOf: programOfWorkload,
    });
    await Promise.all([
      reconcileEntries(commands, entries),
      keepRunning.start('spire-agent', () => startSpireAgent(context, spire)),
    ]);
    return binDirectory;
  }

  async function startSidecar(binDirectory: string): Promise<void> {
    await startKept(sidecarName, binDirectory, join(import.meta.dirname, '../sidecar/main.ts'), {
      SPIFFE_ENDPOINT_SOCKET: workloadApi,
      SVID_DIRECTORY: svidDirectory,
      CONTROL_SOCKET: options.controlSocket,
      VAULT_ADDRESS: vaultUrl(context.ports),
    });
  }

  async function startKept(
    name: string,
    binDirectory: string,
    script: string,
    env: Readonly<Record<string, string>>,
  ): Promise<void> {
    await keepRunning.start(name, async () => {
      const process = await startWorkload(context, { name, binDirectory, script, env });
      withoutServers.set(name, process);
      return process;
    });
  }

  async function startDatabase(): Promise<void> {
    await keepRunning.start('postgres', async () => {
      postgres = await startPostgres(context, { certificate: certificateOf('postgres') });
      return postgres.process;
    });
    if (postgres === null) return;
    await reconcilePostgres(postgres.access, databaseSetups(accessGraph, context.repositoryRoot));
    await provisionDemoUsers(context, postgres.access);
  }

  async function startSecrets(): Promise<void> {
    await keepRunning.start('vault', async () => {
      vault = await startVault(context, {
        certificate: certificateOf('vault'),
        spiffeId: spiffeIdOf(accessGraph, 'vault'),
      });
      return vault.process;
    });
  }

  async function startThirdParty(): Promise<void> {
    await keepRunning.start(cardNetworkName, () =>
      startCardNetwork(context, {
        merchantCaFile: certificateOf('postgres').bundleFile,
        merchantAudience: spiffeIdOf(accessGraph, 'payment'),
      }),
    );
  }

  async function startUserIssuer(): Promise<void> {
    const { dex } = context.programs;
    if (dex === null) return;
    const users = await readDemoUsers(context.stateDirectory);
    await prepareDex(context, { users, scopesByRole: scopesByRole(users) });
    await keepRunning.start('dex', () => startDex(context, dex));
  }

  return {
    async start() {
      const [binDirectory] = await Promise.all([
        step('spire', startSpire),
        prepareCluster(context, certificateOf('postgres')),
      ]);
      await step('certificates', () => startSidecar(binDirectory));
      await Promise.all([step('postgres', startDatabase), startSecrets(), startThirdParty()]);
      await step('vault', async () => {
        await vault?.reconcile({
          graph: accessGraph,
          databaseLoginTtlSeconds: settings.databaseLoginTtlSeconds,
          issueApiKey: () => issueFirstApiKey(context),
        });
      });
      await step('apps', async () => {
        // The gateway and the identity service read how to take its tokens when they start.
        await startUserIssuer();
        const script = (name: string) => join(context.repositoryRoot, 'apps', name, 'src/main.ts');
        await Promise.all(
          appNames.map((name) =>
            startKept(name, binDirectory, script(name), appEnvironment(context, name, workloadApi, settings)),
          ),
        );
      });
    },

    async stop() {
      await Promise.all([...withoutServers.values()].map((process) => process.stop()));
    },

    async certificateWritten(server) {
      if (server === 'postgres') await postgres?.reload();
      if (server === 'vault') vault?.reload();
    },

    async sealVault(sealed) {
      await (sealed ? vault?.seal() : vault?.unseal());
    },
  };
}

/** An issuer that knows no scopes can't limit what a client may do: there a user's token is good for all that the gateway asks for. */
function scopesByRole(users: DemoUsers): Readonly<Record<string, readonly string[]>> {
  const gateway = accessGraph.services.find(({ name }) => name === accessGraph.entryPoint);
  const scopes = [...new Set(gateway?.methods.flatMap((method) => method.tokenScopes))];
  const roles = new Set(Object.values(users).flatMap((user) => user.roles));
  return Object.fromEntries([...roles].map((role) => [role, scopes]));
}
