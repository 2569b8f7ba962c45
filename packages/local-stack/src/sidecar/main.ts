import { join } from 'node:path';
import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { createControlClient } from '../control/control-client.ts';
import { messageOf } from '../error-message.ts';
import { closeOnSignal } from './close-on-signal.ts';
import { keepSvidFiles } from './keep-svid-files.ts';
import { createProgramLog } from './program-log.ts';
import { parseSidecarConfig } from './sidecar-config.ts';
import { type CertificateServer, certificateServers, sidecarName } from './sidecar-workloads.ts';
import { updateTrust } from './update-trust.ts';

/**
 * Holds the SVIDs of the servers that can't ask the agent themselves, keeps their certificate files current, and keeps
 * the trust bundle in Vault equal to SPIRE's.
 */
const config = parseSidecarConfig(process.env);
const control = createControlClient(config.controlSocket);
const log = createProgramLog(sidecarName);
const onClose = closeOnSignal();

try {
  await Promise.all(certificateServers.map(keepCertificate));
  const updater = updateTrust(await openSource(sidecarName), config.vaultAddress, log);
  onClose(() => updater.close());
  log('info', 'serving', { servers: certificateServers });
} catch (error) {
  log('error', 'failed', { error: messageOf(error) });
  process.exit(1);
}

async function keepCertificate(server: CertificateServer): Promise<void> {
  const source = await openSource(server);
  await keepSvidFiles({
    source,
    directory: join(config.svidDirectory, server),
    onWritten: async () => {
      log('info', 'svid_files_written', { server });
      await control.certificateWritten(server);
    },
    onFailure: (error) => log('warn', 'svid_files_failed', { server, error: messageOf(error) }),
  });
}

async function openSource(workload: CertificateServer | typeof sidecarName) {
  const source = await createWorkloadX509Source({
    socket: config.workloadApi,
    spiffeId: spiffeIdOf(accessGraph, workload),
    log: ({ event, ...fields }) => log('info', event, fields),
  });
  onClose(() => source.close());
  return source;
}
