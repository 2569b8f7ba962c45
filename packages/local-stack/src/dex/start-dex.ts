import { readFile, rename, writeFile } from 'node:fs/promises';
import { requestJson } from '@zt/kit/service';
import type { DemoUsers } from '../postgres/demo-users.ts';
import type { StackContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { waitUntil } from '../supervisor/wait-until.ts';
import { dexConfig, dexIssuer, dexUserIssuer } from './dex-config.ts';
import { type DexFiles, dexFiles } from './dex-files.ts';
import { createServerCertificate } from './server-certificate.ts';

const readyTimeoutMs = 30_000;

export interface DexOptions {
  readonly users: DemoUsers;
  /** What a token counts for, by the roles of its user. */
  readonly scopesByRole: Readonly<Record<string, readonly string[]>>;
  readonly tokensLiveSeconds?: number;
}

/** Writes everything that Dex reads, and how others are to read its tokens. */
export async function prepareDex(
  context: Pick<StackContext, 'stateDirectory' | 'ports'>,
  { users, scopesByRole, tokensLiveSeconds = 600 }: DexOptions,
): Promise<DexFiles> {
  const files = dexFiles(context);
  await createServerCertificate(files, new Date());
  const settings = { port: context.ports.dex, files, users, tokensLiveSeconds };
  await writeJson(files.configFile, await dexConfig(settings));
  await writeJson(files.userIssuerFile, dexUserIssuer(settings, scopesByRole));
  return files;
}

/** Starts Dex, and waits until it describes itself. */
export async function startDex(
  context: Pick<StackContext, 'stateDirectory' | 'ports' | 'processes'>,
  program: string,
): Promise<ManagedProcess> {
  const files = dexFiles(context);
  const process = await context.processes.start({
    name: 'dex',
    command: program,
    args: ['serve', files.configFile],
  });
  const authorities = [await readFile(files.authority, 'utf8')];
  const describesItself = async (): Promise<true | null> => {
    try {
      await requestJson(`${dexIssuer(context.ports.dex)}/.well-known/openid-configuration`, { authorities });
      return true;
    } catch {
      return null;
    }
  };
  await waitUntil('dex serves', describesItself, { timeoutMs: readyTimeoutMs, ended: process.exited });
  return process;
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
