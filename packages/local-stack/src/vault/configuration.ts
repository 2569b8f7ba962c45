import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fillTemplate } from '../postgres/fill-template.ts';
import type { ServerCertificateFiles } from '../postgres/server-certificate.ts';
import type { NativeContext } from '../stack-context.ts';

/** Where Vault's files are: all in a folder of the operating user's. */
export interface VaultFiles {
  readonly directory: string;
  readonly configFile: string;
  readonly unsealKeyFile: string;
  readonly auditFile: string;
}

/** What differs from stack to stack in a Vault's configuration. */
export interface VaultSettings {
  readonly storageDirectory: string;
  /** `host:port` each. */
  readonly address: string;
  readonly clusterAddress: string;
  readonly pluginDirectory: string;
  /** Plugins put their sockets there: the path has to be short. */
  readonly temporaryDirectory: string;
  readonly certificate: ServerCertificateFiles;
}

/** The text of a Vault's configuration file. */
export async function vaultConfiguration(
  repositoryRoot: string,
  { certificate, ...settings }: VaultSettings,
): Promise<string> {
  const template = await readFile(join(repositoryRoot, 'infra', 'vault', 'vault.hcl'), 'utf8');
  return fillTemplate(template, { ...settings, ...certificate });
}

/** Makes the folders and writes the configuration. */
export async function prepareVault(context: NativeContext, certificate: ServerCertificateFiles): Promise<VaultFiles> {
  const directory = join(context.stateDirectory, 'vault');
  const storageDirectory = join(directory, 'raft');
  const noPlugins = join(directory, 'plugins');
  for (const folder of [directory, storageDirectory, noPlugins]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
  const { vaultPostgresPlugin } = context.programs;
  const config = await vaultConfiguration(context.repositoryRoot, {
    storageDirectory,
    address: `127.0.0.1:${context.ports.vault}`,
    clusterAddress: `127.0.0.1:${context.ports.vaultCluster}`,
    pluginDirectory: vaultPostgresPlugin === null ? noPlugins : dirname(vaultPostgresPlugin),
    temporaryDirectory: context.socketDirectory,
    certificate,
  });
  const files = {
    directory,
    configFile: join(directory, 'vault.hcl'),
    unsealKeyFile: join(directory, 'unseal-key'),
    auditFile: join(directory, 'audit.log'),
  };
  await writeFile(files.configFile, config, { mode: 0o600 });
  return files;
}
