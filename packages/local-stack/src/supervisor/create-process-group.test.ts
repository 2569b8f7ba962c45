import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProcessGroup } from './create-process-group.ts';
import type { Crash, ProcessGroup } from './process-group.ts';

const node = process.execPath;
const waitForever = 'setInterval(() => {}, 1000)';

describe('a process group', () => {
  let stateDirectory: string;
  let group: ProcessGroup;
  let crashes: Crash[];

  beforeEach(async () => {
    stateDirectory = await mkdtemp(join(tmpdir(), 'zt-group-'));
    crashes = [];
    group = await createProcessGroup({ stateDirectory, onCrash: (crash) => crashes.push(crash) });
  });
  afterEach(async () => {
    await group.stopAll();
    await rm(stateDirectory, { recursive: true, force: true });
  });

  const logged = async (name: string, text: string) =>
    vi.waitFor(async () => expect(await group.tail(name, 5)).toContain(text), { timeout: 5000 });

  it('keeps what a process writes in a log that only its user can read', async () => {
    await group.start({
      name: 'talker',
      command: node,
      args: ['-e', `console.log('to out'); console.error('to err'); ${waitForever}`],
    });
    await logged('talker', 'to err');
    expect(await group.tail('talker', 5)).toBe('to out\nto err');
    expect((await stat(join(stateDirectory, 'logs/talker.log'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(stateDirectory, 'logs'))).mode & 0o777).toBe(0o700);
  });

  it('puts the log of the run before aside', async () => {
    await group.start({ name: 'talker', command: node, args: ['-e', `console.log('first'); ${waitForever}`] });
    await logged('talker', 'first');
    await group.stopAll();
    group = await createProcessGroup({ stateDirectory, onCrash: () => undefined });
    await group.start({ name: 'talker', command: node, args: ['-e', `console.log('second'); ${waitForever}`] });
    await logged('talker', 'second');
    expect(await group.tail('talker', 5)).toBe('second');
    expect(await readFile(join(stateDirectory, 'logs/talker.log.1'), 'utf8')).toBe('first\n');
  });

  it('hands on nothing of its own environment but the few variables that programs need', async () => {
    process.env.ZT_TEST_SECRET = 'not to be seen';
    const output = await group.run({
      name: 'env',
      command: node,
      args: ['-p', 'JSON.stringify(process.env)'],
      env: { GIVEN: 'yes' },
    });
    delete process.env.ZT_TEST_SECRET;
    const environment = JSON.parse(output);
    expect(environment.GIVEN).toBe('yes');
    expect(environment.PATH).toBe(process.env.PATH);
    expect(environment).not.toHaveProperty('ZT_TEST_SECRET');
  });

  it('reports a process that ends by itself, with the last lines of its log', async () => {
    await group.start({ name: 'crasher', command: node, args: ['-e', `console.log('on fire'); process.exitCode = 3`] });
    await vi.waitFor(() => expect(crashes).toHaveLength(1), { timeout: 5000 });
    expect(crashes[0]).toEqual({ name: 'crasher', exit: { code: 3, signal: null }, lastLines: 'on fire' });
  });

  it('does not report a process that was asked to stop', async () => {
    const managed = await group.start({ name: 'obedient', command: node, args: ['-e', waitForever] });
    await managed.stop();
    expect(await managed.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(crashes).toEqual([]);
  });

  it('kills a process that does not stop, and what that process has started', async () => {
    const inner = `process.on('SIGTERM', () => {}); ${waitForever}`;
    const outer = `process.on('SIGTERM', () => {});
      const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}]);
      console.log('child ' + child.pid); ${waitForever}`;
    const managed = await group.start({ name: 'stubborn', command: node, args: ['-e', outer] });
    await logged('stubborn', 'child');
    const inherited = Number((await group.tail('stubborn', 1)).split(' ')[1]);
    expect(isRunning(inherited)).toBe(true);
    await managed.stop(200);
    expect((await managed.exited).signal).toBe('SIGKILL');
    await vi.waitFor(() => expect(isRunning(inherited)).toBe(false), { timeout: 5000 });
  });

  it('ends what a crashed process has started', async () => {
    const outer = `const child = require('node:child_process').spawn(process.execPath, ['-e', '${waitForever}']);
      console.log('child ' + child.pid); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);`;
    await group.start({ name: 'parent', command: node, args: ['-e', outer] });
    await vi.waitFor(() => expect(crashes).toHaveLength(1), { timeout: 5000 });
    const inherited = Number((await group.tail('parent', 1)).split(' ')[1]);
    expect(inherited).toBeGreaterThan(0);
    await vi.waitFor(() => expect(isRunning(inherited)).toBe(false), { timeout: 5000 });
  });

  it('starts nothing any more once it is stopping', async () => {
    await group.stopAll();
    await expect(group.start({ name: 'late', command: node, args: ['-e', ''] })).rejects.toThrow(
      'late is not started: the stack is stopping',
    );
  });

  it('says which program could not be started', async () => {
    await expect(
      group.start({ name: 'ghost', command: join(stateDirectory, 'missing'), args: [], cwd: '/nowhere' }),
    ).rejects.toThrow('ghost could not be started');
  });

  it('gives a failing run its last lines, and ends one that takes too long', async () => {
    await expect(
      group.run({ name: 'failing', command: node, args: ['-e', 'console.error("no such thing"); process.exit(2)'] }),
    ).rejects.toThrow('failing ended with code 2:\nno such thing');
    await expect(group.run({ name: 'slow', command: node, args: ['-e', waitForever], timeoutMs: 300 })).rejects.toThrow(
      'slow took longer than 300 ms',
    );
  });

  it('hands a run its input', async () => {
    const script = `process.stdin.pipe(process.stdout)`;
    expect(await group.run({ name: 'echo', command: node, args: ['-e', script], input: 'to be echoed' })).toBe(
      'to be echoed',
    );
  });

  it.runIf(process.platform === 'linux')(
    'leaves no process behind when its supervisor is killed with no chance to act',
    async () => {
      const supervisor = spawn(node, [join(import.meta.dirname, 'testing/supervisor.ts'), stateDirectory], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(supervisor.stdout, 'data');
      const pids: number[] = JSON.parse(String(line));
      expect(pids.map(isRunning)).toEqual([true, true]);
      supervisor.kill('SIGKILL');
      await vi.waitFor(() => expect(pids.map(isRunning)).toEqual([false, false]), { timeout: 5000 });
    },
  );
});

/** A process whose parent has not yet asked how it ended is still listed, but is none any more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (!existsSync(`/proc/${pid}/stat`)) return process.platform !== 'linux';
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
