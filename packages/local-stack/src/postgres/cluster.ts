import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StackContext } from '../stack-context.ts';
import { postgresConfiguration } from './configuration.ts';
import type { ServerCertificateFiles } from './server-certificate.ts';

/** Where a cluster and its configuration are. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly configFile: string;
  readonly hbaFile: string;
  readonly identFile: string;
}

/** Creates the cluster on the first start, and writes its configuration on each. */
export async function prepareCluster(context: StackContext, certificate: ServerCertificateFiles): Promise<Cluster> {
  const directory = join(context.stateDirectory, 'postgres');
  const cluster: Cluster = {
    dataDirectory: join(directory, 'data'),
    configFile: join(directory, 'postgresql.conf'),
    hbaFile: join(directory, 'pg_hba.conf'),
    identFile: join(directory, 'pg_ident.conf'),
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  if (!existsSync(cluster.dataDirectory)) await initialise(context, cluster.dataDirectory);

  const files = await postgresConfiguration(context.repositoryRoot, {
    listenAddresses: '127.0.0.1',
    port: context.ports.postgres,
    socketDirectory: context.socketDirectory,
    clients: '127.0.0.1/32',
    operator: await operatorName(context),
    certificate,
  });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text, { mode: 0o600 });
  return cluster;
}

/** Into a folder of another name first: a run that is cut short leaves nothing that looks like a cluster. */
async function initialise(context: StackContext, dataDirectory: string): Promise<void> {
  const unfinished = `${dataDirectory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await context.processes.run({
    name: 'initdb',
    command: context.programs.initdb,
    args: [
      ...['--pgdata', unfinished, '--username', 'postgres', '--encoding', 'UTF8', '--locale', 'C'],
      ...['--auth-local', 'peer', '--auth-host', 'reject', '--data-checksums'],
    ],
    refusesRoot: true,
    timeoutMs: 120_000,
  });
  await rename(unfinished, dataDirectory);
}

/** What Postgres calls the user who started it: root runs it in a namespace in which root looks like user 1. */
async function operatorName(context: StackContext): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const seen = uid === 0 ? 1 : uid;
  const name = await context.processes.run({ name: 'id', command: 'id', args: ['-nu', String(seen)] });
  return name.trim();
}
