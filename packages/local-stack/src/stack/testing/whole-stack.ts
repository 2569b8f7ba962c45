import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serviceNames } from '@zt/access-graph';
import { withOperatorClient } from '@zt/e2e/operator-client';
import type { StartableKind } from '@zt/e2e/stack-kind';
import { afterAll, expect, it, vi } from 'vitest';
import { createControlClient } from '../../control/control-client.ts';
import { readPorts } from '../choose-ports.ts';
import { readStackRecord, stateDirectoryOf } from '../stack-record.ts';
import { demoSettings } from '../stack-settings.ts';

const execute = promisify(execFile);
const repositoryRoot = join(import.meta.dirname, '../../../../..');
const main = join(import.meta.dirname, '../../main.ts');

/** What holds of a stack of either kind. Each kind has a file of its own, so that they can be tested at the same time. */
export function testWholeStack(kind: StartableKind, surroundings: readonly string[]): void {
  const settings = { ...demoSettings, kind, name: `test-${kind}-${process.pid}` };
  const stateDirectory = stateDirectoryOf(repositoryRoot, settings.name);
  const expected = [...surroundings, 'postgres', 'card-network', ...serviceNames].toSorted();
  let supervisor: ChildProcess | null = null;
  /** The stack of the second start. */
  let running: Awaited<ReturnType<typeof supervise>> | null = null;
  let loginsOfTheFirst: readonly string[] = [];
  afterAll(async () => {
    supervisor?.kill('SIGKILL');
    await rm(stateDirectory, { recursive: true, force: true });
  });

  const databaseLogins = async (socketDirectory: string) => {
    const { postgres: port = 0 } = (await readPorts(stateDirectory)) ?? {};
    return await withOperatorClient({ socketDirectory, port }, 'postgres', async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select rolname as name from pg_roles where rolname like 'v-cert-%'`,
      );
      return rows.map(({ name }) => name);
    });
  };

  const supervise = async () => {
    const started = spawn(process.execPath, [main, 'supervise', JSON.stringify(settings)], { stdio: 'ignore' });
    supervisor = started;
    await vi.waitFor(
      async () => {
        expect(started.exitCode).toBeNull();
        const record = await readStackRecord(stateDirectory);
        const status = await createControlClient(record?.controlSocket ?? '').status();
        expect(status?.phase).toBe('running');
      },
      { timeout: 80_000, interval: 200 },
    );
    const record = await readStackRecord(stateDirectory);
    const control = createControlClient(record?.controlSocket ?? '');
    const processes = (await control.status())?.processes ?? [];
    const pids = processes.flatMap(({ pid }) => (pid === null || pid === started.pid ? [] : [pid]));
    return { supervisor: started, control, processes, pids, socketDirectory: record?.socketDirectory ?? '' };
  };
  const stateOf = async (control: ReturnType<typeof createControlClient>, name: string) =>
    (await control.status())?.processes.find((each) => each.name === name);

  const takeAwayAndBack = async (control: ReturnType<typeof createControlClient>, name: string) => {
    await control.hold(name);
    const gone = { state: 'restarting', pid: null };
    await vi.waitFor(async () => expect(await stateOf(control, name)).toMatchObject(gone), { timeout: 10_000 });
    await control.release(name);
    const back = { state: 'running', restarts: 1 };
    await vi.waitFor(async () => expect(await stateOf(control, name)).toMatchObject(back), { timeout: 20_000 });
  };

  /** Those of its processes that still run, and whatever was started with a path of this stack. */
  const left = async ({
    pids,
    socketDirectory,
  }: Pick<Awaited<ReturnType<typeof supervise>>, 'pids' | 'socketDirectory'>) => {
    const { stdout } = await execute('ps', ['-eo', 'pid=,stat=,args=']);
    const isOurs = (line: string) =>
      pids.includes(Number.parseInt(line, 10)) || line.includes(stateDirectory) || line.includes(socketDirectory);
    return stdout.split('\n').filter((line) => !/^\s*\d+ Z/.test(line) && line !== '' && isOurs(line));
  };

  it('ends with its supervisor, also when that is killed with no chance to act', async () => {
    const stack = await supervise();
    expect(stack.processes.map(({ name }) => name).toSorted()).toEqual(expected);
    expect((await left(stack)).length).toBeGreaterThanOrEqual(8);
    loginsOfTheFirst = await databaseLogins(stack.socketDirectory);
    expect(loginsOfTheFirst.length).toBeGreaterThan(0);
    stack.supervisor.kill('SIGKILL');
    await vi.waitFor(async () => expect(await left(stack)).toEqual([]), { timeout: 15_000, interval: 200 });
  });

  it('goes on after that with its ledger, and with none of the database logins that it had given out', async () => {
    running = await supervise();
    const { socketDirectory } = running;
    // Vault itself remembers them, and ends each with its lease.
    const ended = kind === 'native' ? [] : loginsOfTheFirst;
    const left = async () => (await databaseLogins(socketDirectory)).filter((login) => ended.includes(login));
    await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 15_000, interval: 200 });
    const file = join(stateDirectory, 'ledger.jsonl');
    const zt = (...args: string[]) => execute(process.execPath, [main, ...args, '--name', settings.name]);
    // A checkpoint is signed within five seconds of a record; those of before are held by the hashes of that one.
    await vi.waitFor(
      async () => {
        await zt('ledger', 'export', file);
        expect((await zt('ledger', 'verify', file)).stdout).toContain('chains are as they were written');
      },
      { timeout: 20_000, interval: 1_000 },
    );
  });

  it('starts again what is killed, and leaves nothing behind when it is stopped', async () => {
    if (running === null) throw new Error('it did not start');
    const { supervisor, control, processes } = running;
    expect(processes.map(({ state }) => state)).toEqual(expected.map(() => 'running'));
    process.kill(processes.find(({ name }) => name === 'inventory')?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(
      async () => expect(await stateOf(control, 'inventory')).toMatchObject({ state: 'running', restarts: 1 }),
      { timeout: 20_000, interval: 200 },
    );
    await takeAwayAndBack(control, 'vault');
    const exited = once(supervisor, 'exit');
    expect(await control.stop()).toBe(true);
    expect((await exited)[0]).toBe(0);
    expect(await left(running)).toEqual([]);
  });

  it('has state that its user alone can read, and no secret in what it writes down', async () => {
    const users: unknown = JSON.parse(await readFile(join(stateDirectory, 'users.json'), 'utf8'));
    const passwords = Object.values(users as Record<string, { password: string }>).map(({ password }) => password);
    const unsealKey = kind === 'native' ? [await readFile(join(stateDirectory, 'vault/unseal-key'), 'utf8')] : [];
    expect((await stat(stateDirectory)).mode & 0o777).toBe(0o700);
    const entries = await readdir(stateDirectory, { recursive: true, withFileTypes: true });
    const written = entries.filter((entry) => entry.isFile() && /\.(log|jsonl)$/.test(entry.name));
    const names = written.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['audit.log', 'postgres.log', 'vault.log', 'order.jsonl']));
    for (const file of written) {
      const text = await readFile(join(file.parentPath, file.name), 'utf8');
      const secrets = ['PRIVATE KEY', ...unsealKey.map((key) => key.trim()), ...passwords];
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });

  const saysWhere = async () => {
    const text = await readFile(join(repositoryRoot, 'docs/SECURITY.md'), 'utf8');
    const named = [...text.matchAll(/`\.zt\/<name>\/([^`]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(8);
    // Nobody has logged in at the command line here, and nobody logs in at Dex.
    const later = ['sessions', 'dex'];
    expect(named).toEqual(expect.arrayContaining(later));
    const expected = named.filter((path) => !later.includes(path));
    expect(expected.filter((path) => !existsSync(join(stateDirectory, path)))).toEqual([]);
  };
  if (kind === 'native') it('keeps things where SECURITY.md says that they are', saysWhere);
}
