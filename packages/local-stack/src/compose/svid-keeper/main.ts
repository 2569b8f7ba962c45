import { messageOf } from '../../error-message.ts';
import { closeOnSignal } from '../../sidecar/close-on-signal.ts';
import { keepSvidFiles } from '../../sidecar/keep-svid-files.ts';
import { createProgramLog } from '../../sidecar/program-log.ts';
import { awaitIdentity } from '../await-identity.ts';
import { parseSvidKeeperConfig } from './config.ts';

/**
 * Holds the SVID of a server that can't ask the agent itself, and keeps its certificate files current: whichever SVID the
 * label of this container gives. The server's own container sees that the files are new, so that nobody has to be told.
 */
const log = createProgramLog('svid-keeper');
const onClose = closeOnSignal();

try {
  const config = parseSvidKeeperConfig(process.env);
  const source = await awaitIdentity({ socket: config.workloadApi }, log);
  onClose(() => source.close());
  await keepSvidFiles({
    source,
    directory: config.svidDirectory,
    onWritten: async () => log('info', 'svid_files_written', { spiffeId: source.current().svid.spiffeId.uri }),
    onFailure: (error) => log('warn', 'svid_files_failed', { error: messageOf(error) }),
  });
  log('info', 'serving');
} catch (error) {
  log('error', 'failed', { error: messageOf(error) });
  process.exit(1);
}
