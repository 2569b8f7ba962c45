import { type OperatorAccess, withOperatorClient } from '@zt/e2e/operator-client';
import pRetry, { AbortError } from 'p-retry';
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { type Cluster, prepareCluster } from './cluster.ts';
import type { ServerCertificateFiles } from './server-certificate.ts';

export interface RunningPostgres {
  readonly process: ManagedProcess;
  readonly access: OperatorAccess;
  /** The certificate files are new: connections from now on get them. */
  reload(): Promise<void>;
}

const readyWithinMs = 60_000;

/** Starts the stack's Postgres and waits until it answers. The first start creates the cluster, in about two seconds. */
export async function startPostgres(
  context: StackContext,
  options: { readonly certificate: ServerCertificateFiles },
): Promise<RunningPostgres> {
  const cluster = await prepareCluster(context, options.certificate);
  const access = { socketDirectory: context.socketDirectory, port: context.ports.postgres };
  const server = await context.processes.start({
    name: 'postgres',
    command: context.programs.postgres,
    args: argsFor(cluster),
    refusesRoot: true,
    // A fast shutdown: sessions are ended instead of waited for.
    stopSignal: 'SIGINT',
  });
  await untilReady(context, server, access);
  return {
    process: server,
    access,
    reload: () =>
      withOperatorClient(access, 'postgres', async (client) => {
        await client.query('select pg_reload_conf()');
      }),
  };
}

function argsFor(cluster: Cluster): string[] {
  const settings = { config_file: cluster.configFile, hba_file: cluster.hbaFile, ident_file: cluster.identFile };
  return [
    '-D',
    cluster.dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function untilReady(context: StackContext, server: ManagedProcess, access: OperatorAccess): Promise<void> {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  const ask = async () => {
    if (ended) throw new AbortError(`Postgres did not start:\n${await context.processes.tail(server.name, 10)}`);
    await withOperatorClient(access, 'postgres', (client) => client.query('select 1'));
  };
  await pRetry(ask, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 30,
    maxTimeout: 250,
    maxRetryTime: readyWithinMs,
  });
}
