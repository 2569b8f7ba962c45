import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillTemplate } from './fill-template.ts';
import type { ServerCertificateFiles } from './server-certificate.ts';

/** What differs from stack to stack in a cluster's configuration. */
export interface PostgresSettings {
  readonly listenAddresses: string;
  readonly port: number;
  readonly socketDirectory: string;
  /** Whose connections over TCP are taken, as `pg_hba.conf` has it: a network, or `samenet`. */
  readonly clients: string;
  /** The user of this machine who may be superuser, by the name that the server knows it by. */
  readonly operator: string;
  readonly certificate: ServerCertificateFiles;
}

/** The texts of a cluster's configuration files, by their names. */
export async function postgresConfiguration(
  repositoryRoot: string,
  { operator, clients, certificate, ...settings }: PostgresSettings,
): Promise<Readonly<Record<'postgresql.conf' | 'pg_hba.conf' | 'pg_ident.conf', string>>> {
  const template = (name: string) => readFile(join(repositoryRoot, 'infra', 'postgres', name), 'utf8');
  return {
    'postgresql.conf': fillTemplate(await template('postgresql.conf'), { ...settings, ...certificate }),
    'pg_hba.conf': fillTemplate(await template('pg_hba.conf'), { clients }),
    'pg_ident.conf': `operator  "${operator}"  postgres\n`,
  };
}
