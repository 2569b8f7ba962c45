import type { PolicyData } from '../authz/policy-data.ts';
import type { UserIssuer } from '../delegation/user-issuer.ts';
import { createWorkloadX509Source } from '../workload-api/workload-x509-source.ts';
import { createKit, type Kit } from './kit.ts';
import { createLog, type Log } from './log.ts';
import { parseServiceSettings } from './service-settings.ts';

export interface ServiceOptions {
  /** The service's name everywhere: folder, last segment of the SPIFFE ID, database, Vault role. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly policy: { readonly wasm: Uint8Array<ArrayBuffer>; readonly data: PolicyData };
  /** Only for the service where users come in: the issuer whose tokens it takes. */
  readonly userTokens?: UserIssuer;
  /** Puts the service together. It takes calls when this is done. */
  readonly start: (kit: Kit) => Promise<void>;
}

const graceMs = 5_000;

/**
 * Runs a service: waits for its identity, puts it together, serves, and on SIGTERM or SIGINT finishes what is under
 * way within five seconds. Sets the exit code: 0 after a signal, 1 where the service could not start.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const log = createLog(options.name);
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  process.once('SIGTERM', stopped.resolve).once('SIGINT', stopped.resolve);
  try {
    const started = startService(options, log);
    // A service that nobody waits for any more doesn't go on waiting for its identity, its database …
    const first = await Promise.race([started, stopped.promise]);
    const signal = await stopped.promise;
    log.info('stopping', { signal });
    if (typeof first !== 'string') await first.close();
    log.info('stopped');
  } catch (error) {
    log.error('failed', { error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
  // A timer or a socket of a library must not keep a stopped service alive.
  setTimeout(() => process.exit(), 1_000).unref();
}

async function startService(options: ServiceOptions, log: Log): Promise<{ close(): Promise<void> }> {
  const settings = parseServiceSettings(options.env);
  const source = await createWorkloadX509Source({
    socket: settings.socket,
    log: ({ event, ...fields }) => log.info(event, fields),
  });
  const kit = await createKit({ ...options, settings, source, log });
  await options.start(kit);
  const { address } = await kit.listen();
  log.info('serving', { address, spiffeId: kit.spiffeId });
  return {
    async close() {
      await kit.close(graceMs);
      source.close();
    },
  };
}
