import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accessGraph, apiKeyPath, serviceNames } from '@zt/access-graph';
import type { DevelopmentVault } from '@zt/kit/testing/vault';
import type { WorkloadX509Source } from '@zt/kit/workload-api';
import { messageOf } from '../error-message.ts';
import { keepSvidFiles } from '../sidecar/keep-svid-files.ts';
import { svidFiles } from '../sidecar/svid-files.ts';
import type { KeepRunning } from '../stack/keep-running.ts';
import type { StackSettings } from '../stack/stack-settings.ts';
import type { StackContext } from '../stack-context.ts';
import { type EmbeddedIdentities, startEmbeddedIdentities } from './embedded-identities.ts';
import { startEmbeddedVault } from './embedded-vault.ts';
import { accessOfEach, type IdentityAccess } from './identity-access.ts';
import { identityProviders } from './identity-provider.ts';
import { type InProcessServer, processOfServer } from './in-process-server.ts';
import { openServerLog, type ServerLog } from './server-log.ts';
import type { Surroundings } from './surroundings.ts';

/** Shorter than an app waits for its identity at its start; it waits as long again for its first database login. */
const longestWaitMs = 20_000;

/**
 * The development servers of the test kit in SPIRE's and Vault's place, in the supervisor's own process. All that they
 * know is in memory: each start has a new authority and a new Vault.
 */
export function createEmbeddedSurroundings(
  context: StackContext,
  options: {
    readonly settings: StackSettings;
    readonly keepRunning: KeepRunning;
    /** Postgres's certificate files are new. */
    readonly onCertificateWritten: () => Promise<void>;
  },
): Surroundings {
  const { settings, keepRunning } = options;
  const { stateDirectory } = context;
  const svidDirectory = join(stateDirectory, 'svid');
  const closing: (() => unknown)[] = [];
  let identities: EmbeddedIdentities | null = null;
  let identityLog: ServerLog | null = null;
  let vault: DevelopmentVault | null = null;
  let admitted = false;

  async function openLog(name: string): Promise<ServerLog> {
    const log = await openServerLog(stateDirectory, name);
    closing.push(() => log.close());
    return log;
  }

  async function openSource(workload: 'postgres' | 'vault', log: ServerLog): Promise<WorkloadX509Source> {
    const source = await started(identities).openSource(workload, log);
    closing.push(() => source.close());
    return source;
  }

  /** Whoever starts loads its modules meanwhile, and gives up without an identity only later than this. */
  function keepAppsWaiting({ workloadApi }: EmbeddedIdentities): void {
    for (const name of serviceNames) workloadApi.hang(name);
    const timer = setTimeout(() => void admitApps().catch(() => undefined), longestWaitMs).unref();
    closing.push(() => clearTimeout(timer));
  }

  async function admitApps(): Promise<void> {
    if (admitted) return;
    admitted = true;
    const { workloadApi } = started(identities);
    await Promise.all(serviceNames.map((name) => workloadApi.mend(name)));
  }

  /** Under this name in `zt status`; can be taken away and brought back like a process. */
  async function keepServer(name: string, server: InProcessServer): Promise<void> {
    let first = true;
    await keepRunning.start(name, async () => {
      if (!first) await server.start();
      first = false;
      return processOfServer(name, server, keepRunning.onCrash);
    });
  }

  return {
    certificateOf: (server) => svidFiles(join(svidDirectory, server)),

    async startIdentities() {
      identityLog = await openLog(identityProviders.embedded.process);
      identities = await startEmbeddedIdentities(context, settings, identityLog);
      const { workloadApi } = identities;
      closing.push(() => workloadApi.close());
      keepAppsWaiting(identities);
      await keepServer(identityProviders.embedded.process, workloadApi);
      return accessIn(identities);
    },

    async startCertificates() {
      const log = started(identityLog);
      await keepSvidFiles({
        source: await openSource('postgres', log),
        directory: join(svidDirectory, 'postgres'),
        onWritten: options.onCertificateWritten,
        onFailure: (error) => log.write({ level: 'warn', event: 'svid_files_failed', error: messageOf(error) }),
      });
    },

    async startSecrets() {
      await mkdir(join(stateDirectory, 'vault'), { recursive: true, mode: 0o700 });
      const log = await openLog('vault');
      const { databaseLoginTtlSeconds } = settings;
      const running = await startEmbeddedVault(context, {
        source: await openSource('vault', log),
        databaseLoginTtlSeconds,
        log,
      });
      vault = running;
      closing.push(() => running.close());
      await keepServer('vault', running);
    },

    async configureSecrets(issueApiKey) {
      for (const { name, apiKeysOf } of accessGraph.services) {
        for (const thirdParty of apiKeysOf) {
          started(vault).writeSecret(apiKeyPath(name, thirdParty), { key: await issueApiKey() });
        }
      }
    },

    admitApps,

    async certificateWritten() {},

    async sealVault(sealed) {
      if (sealed) started(vault).seal();
      else started(vault).unseal();
    },

    authority: () => started(identities).authority,

    development() {
      const { authority, workloadApi, workloads, register } = started(identities);
      return { authority, workloadApi, workloads, registerAgain: register, vault: started(vault) };
    },

    async stop() {
      for (const close of closing.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          // What can't be ended, such as logins in a Postgres that is gone, must not keep the rest from its end.
          identityLog?.write({ level: 'warn', event: 'close_failed', error: messageOf(error) });
        }
      }
    },
  };
}

function accessIn({ socketOf, workloadApi }: EmbeddedIdentities): IdentityAccess {
  // Any node program is as good as another: who has the socket is the workload.
  const program = process.execPath;
  return {
    workloads: accessOfEach((name) => ({ program, socket: socketOf(name) })),
    stranger: { program, socket: workloadApi.strangerSocket },
  };
}

function started<Part>(part: Part | null): Part {
  if (part === null) throw new Error('the stack is still starting');
  return part;
}
