import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createControlClient } from '../control/control-client.ts';
import { programsAtHand } from '../programs/testing/programs-at-hand.ts';
import { appNames } from './app-environment.ts';
import { readStackRecord, stateDirectoryOf } from './stack-record.ts';
import { demoSettings } from './stack-settings.ts';

const execute = promisify(execFile);
const repositoryRoot = join(import.meta.dirname, '../../../..');
const main = join(import.meta.dirname, '../main.ts');
const settings = { ...demoSettings, name: `test-${process.pid}` };
const stateDirectory = stateDirectoryOf(repositoryRoot, settings.name);
const programs = await programsAtHand(['spire-server', 'spire-agent', 'vault']);

/** Programs that were started with a path of this stack: each of its own, but for children of Postgres. */
async function processesOfStack(): Promise<string[]> {
  const { stdout } = await execute('ps', ['-eo', 'stat=,args=']);
  const sockets = (await readStackRecord(stateDirectory))?.socketDirectory ?? stateDirectory;
  return stdout
    .split('\n')
    .filter((line) => !line.startsWith('Z') && (line.includes(stateDirectory) || line.includes(sockets)));
}

if (programs === null) {
  describe('the whole stack', () => {
    it('is not at hand: run `pnpm zt tools` once, and this runs against the real programs', () => {
      expect(process.env.CI).toBeUndefined();
      console.warn('SPIRE and Vault are not at hand: the whole stack is NOT TESTED here');
    });
  });
} else {
  describe('the whole stack', { timeout: 90_000 }, () => {
    let supervisor: ChildProcess | null = null;
    afterEach(() => supervisor?.kill('SIGKILL'));
    afterAll(() => rm(stateDirectory, { recursive: true, force: true }));

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
      const socket = (await readStackRecord(stateDirectory))?.controlSocket ?? '';
      return { supervisor: started, control: createControlClient(socket) };
    };

    it('starts again what is killed, and leaves nothing behind when it is stopped', async () => {
      const { supervisor, control } = await supervise();
      const before = await control.status();
      expect(before?.processes.map(({ state }) => state)).toEqual(Array(6 + appNames.length).fill('running'));
      const inventory = before?.processes.find(({ name }) => name === 'inventory');
      process.kill(inventory?.pid ?? 0, 'SIGKILL');
      await vi.waitFor(
        async () => {
          const now = (await control.status())?.processes.find(({ name }) => name === 'inventory');
          expect(now).toMatchObject({ state: 'running', restarts: 1 });
        },
        { timeout: 20_000, interval: 200 },
      );
      const exited = once(supervisor, 'exit');
      expect(await control.stop()).toBe(true);
      expect((await exited)[0]).toBe(0);
      expect(await processesOfStack()).toEqual([]);
    });

    it('has state that its user alone can read, and no secret in what it writes down', async () => {
      const users: unknown = JSON.parse(await readFile(join(stateDirectory, 'users.json'), 'utf8'));
      const passwords = Object.values(users as Record<string, { password: string }>).map(({ password }) => password);
      const unsealKey = await readFile(join(stateDirectory, 'vault/unseal-key'), 'utf8');
      expect((await stat(stateDirectory)).mode & 0o777).toBe(0o700);
      const entries = await readdir(stateDirectory, { recursive: true, withFileTypes: true });
      const written = entries.filter((entry) => entry.isFile() && /\.(log|jsonl)$/.test(entry.name));
      expect(written.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['audit.log', 'postgres.log', 'order.jsonl']),
      );
      for (const file of written) {
        const text = await readFile(join(file.parentPath, file.name), 'utf8');
        for (const secret of ['PRIVATE KEY', unsealKey.trim(), ...passwords]) expect(text).not.toContain(secret);
      }
    });

    it('keeps things where SECURITY.md says that they are', async () => {
      const text = await readFile(join(repositoryRoot, 'docs/SECURITY.md'), 'utf8');
      const named = [...text.matchAll(/`\.zt\/<name>\/([^`]+)`/g)].map(([, path = '']) => path);
      expect(named.length).toBeGreaterThan(8);
      // Nobody has logged in at the command line here, and nobody logs in at Dex.
      const later = ['sessions', 'dex'];
      expect(named).toEqual(expect.arrayContaining(later));
      const expected = named.filter((path) => !later.includes(path));
      expect(expected.filter((path) => !existsSync(join(stateDirectory, path)))).toEqual([]);
    });

    it('ends with its supervisor, also when that is killed with no chance to act', async () => {
      const { supervisor } = await supervise();
      expect((await processesOfStack()).length).toBeGreaterThanOrEqual(8);
      supervisor.kill('SIGKILL');
      await vi.waitFor(async () => expect(await processesOfStack()).toEqual([]), { timeout: 15_000, interval: 200 });
      const left = (await readStackRecord(stateDirectory))?.socketDirectory;
      if (left?.startsWith(tmpdir())) await rm(left, { recursive: true, force: true });
    });
  });
}
