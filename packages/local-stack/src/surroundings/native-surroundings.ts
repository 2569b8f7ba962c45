import { join } from 'node:path';
import { accessGraph, serviceNames, spiffeIdOf, workloadIdentities } from '@zt/access-graph';
import { operatorName } from '../operator/operator-name.ts';
import { programOfWorkload, sidecarName } from '../sidecar/sidecar-workloads.ts';
import { svidFiles } from '../sidecar/svid-files.ts';
import { createSpireAuthoritySteps } from '../spire/authority-steps.ts';
import { reconcileEntries } from '../spire/reconcile-entries.ts';
import { spireFiles } from '../spire/spire-files.ts';
import { prepareSpire, spireServerCommands, startSpireAgent, startSpireServer } from '../spire/start-spire.ts';
import { processSelectors, workloadEntries } from '../spire/workload-entries.ts';
import { linkWorkloadPrograms } from '../spire/workload-links.ts';
import type { KeepRunning } from '../stack/keep-running.ts';
import type { StackSettings } from '../stack/stack-settings.ts';
import { vaultUrl } from '../stack/stack-urls.ts';
import { startUntilServing } from '../stack/start-until-serving.ts';
import type { NativeContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { type RunningVault, startVault } from '../vault/index.ts';
import { accessOfEach, type IdentityAccess } from './identity-access.ts';
import { identityProviders } from './identity-provider.ts';
import type { Surroundings } from './surroundings.ts';

/** SPIRE and Vault themselves, and a sidecar that keeps the certificate files of servers. */
export function createNativeSurroundings(
  context: NativeContext,
  options: {
    readonly settings: StackSettings;
    readonly controlSocket: string;
    readonly keepRunning: KeepRunning;
  },
): Surroundings {
  const { settings, keepRunning } = options;
  const spire = {
    trustDomain: accessGraph.trustDomain,
    svidTtlSeconds: settings.svidTtlSeconds,
    authorityTtlSeconds: settings.authorityTtlSeconds,
  };
  const svidDirectory = join(context.stateDirectory, 'svid');
  const certificateOf: Surroundings['certificateOf'] = (server) => svidFiles(join(svidDirectory, server));
  const socket = `unix://${spireFiles(context).agentSocket}`;
  let sidecarProgram = '';
  let sidecar: ManagedProcess | null = null;
  let vault: RunningVault | null = null;

  return {
    certificateOf,

    async startIdentities() {
      const names = [...serviceNames, sidecarName, operatorName] as const;
      const binDirectory = await linkWorkloadPrograms(join(context.stateDirectory, 'bin'), names, process.execPath);
      sidecarProgram = join(binDirectory, sidecarName);
      await prepareSpire(context);
      await keepRunning.start('spire-server', () => startSpireServer(context, spire));
      const entries = workloadEntries(workloadIdentities(accessGraph), {
        trustDomain: spire.trustDomain,
        svidTtlSeconds: spire.svidTtlSeconds,
        selectorsOf: processSelectors({ binDirectory, uid: process.getuid?.() ?? 0, programOf: programOfWorkload }),
      });
      await Promise.all([
        reconcileEntries(spireServerCommands(context), entries),
        keepRunning.start(identityProviders.native.process, () => startSpireAgent(context, spire)),
      ]);
      return accessIn(binDirectory);
    },

    async startCertificates() {
      await keepRunning.start(sidecarName, async () => {
        sidecar = await startUntilServing(context, {
          name: sidecarName,
          program: sidecarProgram,
          script: join(import.meta.dirname, '../sidecar/main.ts'),
          env: {
            SPIFFE_ENDPOINT_SOCKET: socket,
            SVID_DIRECTORY: svidDirectory,
            CONTROL_SOCKET: options.controlSocket,
            VAULT_ADDRESS: vaultUrl(context.ports),
          },
        });
        return sidecar;
      });
    },

    async startSecrets() {
      await keepRunning.start('vault', async () => {
        vault = await startVault(context, {
          certificate: certificateOf('vault'),
          spiffeId: spiffeIdOf(accessGraph, 'vault'),
        });
        return vault.process;
      });
    },

    async configureSecrets(issueApiKey) {
      const { databaseLoginTtlSeconds } = settings;
      await vault?.reconcile({ graph: accessGraph, databaseLoginTtlSeconds, issueApiKey });
    },

    admitApps: null,

    async certificateWritten(server) {
      if (server === 'vault') vault?.reload();
    },

    async sealVault(sealed) {
      await (sealed ? vault?.seal() : vault?.unseal());
    },

    authority: () => createSpireAuthoritySteps(spireServerCommands(context)),
    development: () => null,

    async stop() {
      await sidecar?.stop();
    },
  };

  function accessIn(binDirectory: string): IdentityAccess {
    return {
      workloads: accessOfEach((name) => ({ program: join(binDirectory, name), socket })),
      stranger: { program: process.execPath, socket },
    };
  }
}
