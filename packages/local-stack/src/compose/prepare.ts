import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoneCertificateFiles } from '../lone-certificate.ts';
import { postgresConfiguration } from '../postgres/configuration.ts';
import { createNodeCertificate } from '../spire/node-certificate.ts';
import { vaultConfiguration } from '../vault/configuration.ts';
import { nodeCertificateFault } from './node-certificate-fault.ts';
import { hostOf, places, ports } from './places.ts';
import { readIfThere, writeChanged } from './write-changed.ts';

interface Preparation {
  readonly repositoryRoot: string;
  /** Has each volume under its name. */
  readonly volumes: string;
  readonly now: Date;
  readonly report: (line: string) => void;
}

/**
 * Makes what the servers of a stack of containers have to find when they start: the certificate by which SPIRE's server
 * knows this machine, and their configurations. They get those from here and not from the folder of this repository, which
 * may be one that only its owner can read. Run again, it changes nothing.
 */
export async function prepare(options: Preparation): Promise<void> {
  await provideNodeCertificate(options);
  const infra = (path: string) => readFile(join(options.repositoryRoot, 'infra', path), 'utf8');
  await provideConfiguration('spire-server', { 'server.conf': await infra('spire/server.conf') }, options);
  await provideConfiguration('spire-agent', { 'agent.conf': await infra('spire/agent-in-compose.conf') }, options);
  const serveWithSvid = { 'serve-with-svid.sh': await infra('docker/serve-with-svid.sh') };
  const { certificate, vaultPlugins, vaultStorage } = places.servers;
  const postgres = await postgresConfiguration(options.repositoryRoot, {
    listenAddresses: hostOf('postgres'),
    port: ports.postgres,
    socketDirectory: places.postgresSocketDirectory,
    clients: 'samenet',
    // What its image calls the user that all containers here run as.
    operator: 'postgres',
    certificate,
  });
  const servePostgres = { 'serve-postgres.sh': await infra('docker/serve-postgres.sh') };
  await provideConfiguration('postgres', { ...postgres, ...servePostgres, ...serveWithSvid }, options);
  const vault = await vaultConfiguration(options.repositoryRoot, {
    storageDirectory: vaultStorage,
    address: `${hostOf('vault')}:${ports.vault}`,
    // It is the only one of its cluster: nobody else is to reach it there.
    clusterAddress: '127.0.0.1:8201',
    pluginDirectory: vaultPlugins,
    temporaryDirectory: '/tmp',
    certificate,
  });
  await provideConfiguration('vault', { 'vault.hcl': vault, ...serveWithSvid }, options);
}

async function provideNodeCertificate({ volumes, now, report }: Preparation): Promise<void> {
  const files: LoneCertificateFiles = {
    authority: join(volumes, 'node-authority', 'ca.pem'),
    certificate: join(volumes, 'node-identity', 'certificate.pem'),
    privateKey: join(volumes, 'node-identity', 'key.pem'),
  };
  const texts = {
    authority: await readIfThere(files.authority),
    certificate: await readIfThere(files.certificate),
    privateKey: await readIfThere(files.privateKey),
  };
  const fault = nodeCertificateFault(texts, now);
  if (fault === null) return report('certificate of this machine: as it should be');
  await createNodeCertificate(files, now);
  report(`certificate of this machine: made, since ${fault}`);
  if (texts.authority !== null) report(restartOf('spire-server', 'spire-agent'));
}

async function provideConfiguration(
  server: 'spire-server' | 'spire-agent' | 'postgres' | 'vault',
  files: Readonly<Record<string, string>>,
  { volumes, report }: Preparation,
): Promise<void> {
  const before = new Set<'same' | 'missing' | 'different'>();
  for (const [name, text] of Object.entries(files)) {
    before.add(await writeChanged(join(volumes, `${server}-config`, name), text));
  }
  const written = before.has('missing') || before.has('different');
  report(`configuration of ${server}: ${written ? 'written' : 'as it should be'}`);
  if (before.has('different')) report(restartOf(server));
}

function restartOf(...services: string[]): string {
  return `  what runs already takes it from the next start on: docker compose restart ${services.join(' ')}`;
}
