import { join } from 'node:path';
import { accessGraph, type ServiceName, serviceNames, spiffeIdOf } from '@zt/access-graph';
import { cardNetworkAdmin, cardNetworkName } from '../card-network/card-network-files.ts';
import { issueFirstApiKey, startCardNetwork } from '../card-network/start-card-network.ts';
import { prepareDex, startDex } from '../dex/start-dex.ts';
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
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import type { IdentityAccess } from '../surroundings/identity-access.ts';
import type { Surroundings } from '../surroundings/surroundings.ts';
import { appEnvironment } from './app-environment.ts';
import type { KeepRunning } from './keep-running.ts';
import type { StackSettings } from './stack-settings.ts';
import type { StackStep, StepEvent } from './stack-step.ts';
import { startUntilServing } from './start-until-serving.ts';

export interface StackParts {
  /** Settles with how to be each workload of what runs now. */
  start(): Promise<IdentityAccess>;
  /** Ends the apps first and all at once, so that they can end their database logins and write their records. */
  stop(): Promise<void>;
  certificateWritten(server: string): Promise<void>;
}

/** What a stack consists of, and in which order it starts: nothing that identities need needs one. */
export function createStackParts(
  context: StackContext,
  options: {
    readonly settings: StackSettings;
    readonly surroundings: Surroundings;
    readonly keepRunning: KeepRunning;
    readonly onStep: (event: StepEvent) => void;
  },
): StackParts {
  const { settings, surroundings, keepRunning } = options;
  const apps = new Map<ServiceName, ManagedProcess>();
  let postgres: RunningPostgres | null = null;

  async function step<T>(name: StackStep, work: () => Promise<T>): Promise<T> {
    options.onStep({ step: name, state: 'started' });
    const result = await work();
    options.onStep({ step: name, state: 'done' });
    return result;
  }

  async function startDatabase(): Promise<void> {
    await keepRunning.start('postgres', async () => {
      postgres = await startPostgres(context, { certificate: surroundings.certificateOf('postgres') });
      return postgres.process;
    });
    if (postgres === null) return;
    await reconcilePostgres(postgres.access, databaseSetups(accessGraph, context.repositoryRoot));
    await provisionDemoUsers(context, postgres.access);
  }

  async function startThirdParty(): Promise<void> {
    await keepRunning.start(cardNetworkName, () =>
      startCardNetwork(context, {
        merchantCaFile: surroundings.certificateOf('postgres').bundleFile,
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

  async function startApp(name: ServiceName, { workloads }: IdentityAccess): Promise<void> {
    const { program, socket } = workloads[name];
    const script = join(context.repositoryRoot, 'apps', name, 'src/main.ts');
    const env = appEnvironment(context, name, socket, settings);
    await keepRunning.start(name, async () => {
      const app = await startUntilServing(context, { name, program, script, env });
      apps.set(name, app);
      return app;
    });
  }

  async function startApps(access: IdentityAccess): Promise<void> {
    await step('apps', async () => {
      // The gateway and the identity service read how to take its tokens when they start.
      await startUserIssuer();
      await Promise.all(serviceNames.map((name) => startApp(name, access)));
    });
  }

  /** What the apps need. */
  async function startServers(cluster: Promise<unknown>): Promise<void> {
    const database = step('postgres', async () => {
      await cluster;
      await startDatabase();
    });
    await Promise.all([database, surroundings.startSecrets(), startThirdParty()]);
    await step('vault', () => surroundings.configureSecrets(() => issueFirstApiKey(cardNetworkAdmin(context))));
  }

  return {
    async start() {
      const cluster = prepareCluster(context, surroundings.certificateOf('postgres'));
      // Told where it is waited for.
      cluster.catch(() => undefined);
      const access = await step('identities', surroundings.startIdentities);
      await step('certificates', surroundings.startCertificates);
      const { admitApps } = surroundings;
      // Dex is told its users, who are made with the databases.
      if (admitApps === null || context.programs.dex !== null) {
        await startServers(cluster);
        await admitApps?.();
        await startApps(access);
      } else {
        await Promise.all([startApps(access), startServers(cluster).then(admitApps)]);
      }
      return access;
    },

    async stop() {
      await Promise.all([...apps.values()].map((app) => app.stop()));
      await surroundings.stop();
    },

    async certificateWritten(server) {
      if (server === 'postgres') await postgres?.reload();
      await surroundings.certificateWritten(server);
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
