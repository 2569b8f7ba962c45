import { accessGraph, spiffeIdOf } from '@zt/access-graph';
import { parseSpiffeId } from '@zt/kit/identity';
import { createVaultClient } from '@zt/kit/vault';
import { messageOf } from '../../error-message.ts';
import { closeOnSignal } from '../../sidecar/close-on-signal.ts';
import { createProgramLog } from '../../sidecar/program-log.ts';
import { sidecarName } from '../../sidecar/sidecar-workloads.ts';
import { updateTrust } from '../../sidecar/update-trust.ts';
import { keepUnsealed } from '../../vault/keep-unsealed.ts';
import { awaitIdentity } from '../await-identity.ts';
import { parseTrustUpdaterConfig } from './config.ts';
import { publishBundle } from './publish-bundle.ts';

/**
 * Keeps what depends on the trust bundle equal to SPIRE's: the logins of Vault, and a file for whoever has no identity.
 * And, as the one that is there whenever Vault starts, unseals it.
 */
const log = createProgramLog(sidecarName);
const onClose = closeOnSignal();

try {
  const config = parseTrustUpdaterConfig(process.env);
  const { workloadApi: socket, vaultAddress } = config;
  const source = await awaitIdentity({ socket, spiffeId: spiffeIdOf(accessGraph, sidecarName) }, log);
  onClose(() => source.close());
  await publishBundle({
    source,
    file: config.bundleFile,
    onPublished: (authorities) => log('info', 'trust_bundle_published', { authorities }),
    onFailure: (error) => log('warn', 'trust_bundle_failed', { error: messageOf(error) }),
  });
  const stopped = new AbortController();
  onClose(() => stopped.abort());
  void keepUnsealed({
    client: createVaultClient({
      source,
      vaultAddress,
      vaultSpiffeId: parseSpiffeId(spiffeIdOf(accessGraph, 'vault')),
      timeoutMs: 10_000,
    }),
    unsealKeyFile: config.unsealKeyFile,
    log: ({ event, ...fields }) => log('info', event, fields),
    signal: stopped.signal,
  });
  const updater = updateTrust(source, vaultAddress, log);
  onClose(() => updater.close());
  log('info', 'serving');
} catch (error) {
  log('error', 'failed', { error: messageOf(error) });
  process.exit(1);
}
