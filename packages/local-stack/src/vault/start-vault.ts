import { readFile } from 'node:fs/promises';
import { parseSpiffeId } from '@zt/kit/identity';
import { createVaultClient } from '@zt/kit/vault';
import pRetry, { AbortError } from 'p-retry';
import type { ServerCertificateFiles } from '../postgres/server-certificate.ts';
import type { NativeContext } from '../stack-context.ts';
import type { ManagedProcess } from '../supervisor/process-group.ts';
import { prepareVault } from './configuration.ts';
import { openVault, requireActive, type Until } from './open-vault.ts';
import { reconcileVault, type VaultSetup } from './reconcile-vault.ts';
import { seal, unseal } from './seal.ts';
import { serverIdentity } from './server-identity.ts';

export interface RunningVault {
  readonly process: ManagedProcess;
  /** `https://127.0.0.1:port` */
  readonly address: string;
  /** The certificate files are new: connections from now on get them. */
  reload(): void;
  /** Makes logins, policies and roles what they should be, by a root token that is gone then. Run again, it changes nothing. */
  reconcile(setup: VaultSetup): Promise<void>;
  /** Vault gives nothing out, and ends nothing, until it is unsealed. */
  seal(): Promise<void>;
  unseal(): Promise<void>;
}

const readyWithinMs = 60_000;

/** Starts the stack's Vault, initialises it the first time, unseals it, and waits until it serves. */
export async function startVault(
  context: NativeContext,
  options: { readonly certificate: ServerCertificateFiles; readonly spiffeId: string },
): Promise<RunningVault> {
  const files = await prepareVault(context, options.certificate);
  const address = `https://127.0.0.1:${context.ports.vault}`;
  const source = serverIdentity(options.certificate);
  const client = createVaultClient({
    source,
    vaultAddress: address,
    vaultSpiffeId: parseSpiffeId(options.spiffeId),
    timeoutMs: 30_000,
  });
  const server = await context.processes.start({
    name: 'vault',
    command: context.programs.vault,
    args: ['server', `-config=${files.configFile}`],
  });
  const until = untilIn(context, server);
  const open = await openVault(client, files.unsealKeyFile, until);

  return {
    process: server,
    address,
    reload: () => server.signal('SIGHUP'),
    async seal() {
      await seal(client, files.unsealKeyFile);
    },
    async unseal() {
      await unseal(client, files.unsealKeyFile);
      await until(() => requireActive(client));
    },
    async reconcile(setup) {
      const { certificate } = options;
      const place = {
        auditFile: files.auditFile,
        postgresAddress: `localhost:${context.ports.postgres}`,
        certificate,
      };
      const bundle = await readFile(certificate.bundleFile, 'utf8');
      const postgresPlugin = context.programs.vaultPostgresPlugin;
      await open.withRoot((token) => reconcileVault(client, token, { ...setup, place, bundle, postgresPlugin }));
    },
  };
}

/** Asks again until it works; gives up at once where the process has ended. */
function untilIn(context: NativeContext, server: ManagedProcess): Until {
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  return async (ask) => {
    const once = async () => {
      if (ended) throw new AbortError(`Vault did not start:\n${await context.processes.tail(server.name, 10)}`);
      await ask();
    };
    await pRetry(once, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 30,
      maxTimeout: 250,
      maxRetryTime: readyWithinMs,
    });
  };
}
