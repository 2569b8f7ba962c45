import { join } from 'node:path';
import { accessGraph, spiffeIdOf, vaultCertRoles } from '@zt/access-graph';
import { createWorkloadX509Source } from '@zt/kit/workload-api';
import { createControlClient } from '../control/control-client.ts';
import { messageOf } from '../error-message.ts';
import { createTrustUpdater } from '../vault/index.ts';
import { keepSvidFiles } from './keep-svid-files.ts';
import { parseSidecarConfig } from './sidecar-config.ts';
import { type CertificateServer, certificateServers, sidecarName } from './sidecar-workloads.ts';

/**
 * Holds the SVIDs of the servers that can't ask the agent themselves, keeps their certificate files current, and keeps
 * the trust bundle in Vault equal to SPIRE's.
 */
const config = parseSidecarConfig(process.env);
const control = createControlClient(config.controlSocket);
const closing: (() => unknown)[] = [];
process.once('SIGTERM', close).once('SIGINT', close);

try {
  await Promise.all(certificateServers.map(keepCertificate));
  await updateTrust();
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

async function updateTrust(): Promise<void> {
  const updater = createTrustUpdater({
    source: await openSource(sidecarName),
    vaultAddress: config.vaultAddress,
    vaultSpiffeId: spiffeIdOf(accessGraph, 'vault'),
    roles: vaultCertRoles(accessGraph, { leaseSeconds: 60 }).map(({ name }) => name),
    log: ({ event, ...fields }) => log('info', event, fields),
  });
  closing.unshift(() => updater.close());
}

async function openSource(workload: CertificateServer | typeof sidecarName) {
  const source = await createWorkloadX509Source({
    socket: config.workloadApi,
    spiffeId: spiffeIdOf(accessGraph, workload),
    log: ({ event, ...fields }) => log('info', event, fields),
  });
  closing.push(() => source.close());
  return source;
}

async function close(): Promise<void> {
  for (const end of closing) await end();
  process.exit(0);
}

function log(level: 'info' | 'warn' | 'error', event: string, fields: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ level, time: new Date().toISOString(), service: sidecarName, event, ...fields }));
}
