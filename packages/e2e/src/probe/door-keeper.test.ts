import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type DoorKeeper, openDoorKeeper } from './door-keeper.ts';
import { openDoor } from './open-door.ts';
import { spawnProbe } from './probe-process.ts';
import { createProbes } from './probes.ts';
import { type Probe, startProbe } from './start-probe.ts';

const ask = [{ kind: 'identity' }] as const;
const answer = `[{"code":"OK","message":"","decisionId":null,"got":{}}]`;
const long = 60_000;
let directory: string;
let door: string;
let keeper: DoorKeeper | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'door-keeper-'));
  door = join(directory, 'doors', 'order.sock');
});

afterEach(async () => {
  await keeper?.close();
  keeper = undefined;
  await rm(directory, { recursive: true, force: true });
});

/** Opens the door to processes that run these lines of a shell, and leave their id in a file when they start. */
async function keepDoorTo(lines: string, { firstMs = long, idleMs = long } = {}): Promise<void> {
  const program = join(directory, 'program');
  await writeFile(program, `#!/bin/sh\necho $$ >> '${join(directory, 'starts')}'\n${lines}\n`);
  await chmod(program, 0o700);
  keeper = await openDoorKeeper({ door, startProcess: () => spawnProbe(program), firstMs, idleMs });
}

const started = async (): Promise<number[]> =>
  (await readFile(join(directory, 'starts'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);

const probe = (timeoutMs = 10_000): Probe =>
  startProbe({ name: 'order', access: { door, socket: 'unix:///nowhere' }, patienceMs: 1, timeoutMs });

const untilEnded = (process_: number | undefined): Promise<void> =>
  vi.waitFor(() => expect(() => process.kill(process_ ?? 0, 0)).toThrow(), { timeout: 10_000 });

test('Whoever comes through the door gets a process of its own, which ends with its visitor', async () => {
  await keepDoorTo(`while read -r asked; do echo '${answer}'; done`);
  const [one, other] = [probe(), probe()];
  await expect(one.ask(ask)).resolves.toHaveLength(1);
  await expect(one.ask(ask)).resolves.toHaveLength(1);
  await expect(other.ask(ask)).resolves.toHaveLength(1);
  await Promise.all([one.close(), other.close()]);
  const processes = await started();
  expect(processes).toHaveLength(2);
  for (const each of processes) await untilEnded(each);
});

test('Who asks before the door is open is answered once it is', async () => {
  const early = probe();
  const answered = early.ask(ask);
  await sleep(50);
  await keepDoorTo(`while read -r asked; do echo '${answer}'; done`);
  await expect(answered).resolves.toHaveLength(1);
  await early.close();
});

test('A door that nobody opens is an error that names it', async () => {
  await expect(openDoor(door, { patienceMs: 0 })).rejects.toThrow(`did not open its door at ${door}`);
});

test('What a process behind the door complains about is told to who asked it', async () => {
  await keepDoorTo('echo something is missing >&2; exit 1');
  const failing = probe();
  await expect(failing.ask(ask)).rejects.toThrow('the probe that ran as order failed: something is missing');
  await failing.close();
});

test('A process behind the door that does not answer in time is ended', async () => {
  await keepDoorTo('exec sleep 60');
  const slow = probe(300);
  await expect(slow.ask(ask)).rejects.toThrow('the probe that ran as order did not answer within 0.3 s');
  await slow.close();
  const [process_] = await started();
  await untilEnded(process_);
});

test('Who only holds the door open keeps it open, and costs no process', async () => {
  await keepDoorTo(`while read -r asked; do echo '${answer}'; done`, { idleMs: 1 });
  const held = await openDoor(door);
  const short = probe();
  await short.ask(ask);
  await short.close();
  const again = probe();
  await expect(again.ask(ask)).resolves.toHaveLength(1);
  await again.close();
  expect(await started()).toHaveLength(2);
  held.end();
  await keeper?.ended;
  await expect(stat(door)).rejects.toThrow('ENOENT');
});

test('Who acts as the workloads of a stack holds its doors open until it is done', async () => {
  await keepDoorTo(`while read -r asked; do echo '${answer}'; done`, { firstMs: 10_000, idleMs: 1 });
  const access = { door, socket: 'unix:///nowhere' };
  const operator = { program: '/nothing', socket: 'unix:///nowhere' };
  const apps = { gateway: access, order: access, inventory: access, payment: access, identity: access, audit: access };
  const probes = createProbes({ workloads: { ...apps, operator }, stranger: access }, { areKept: false });
  for (const workload of ['order', 'nobody', 'payment'] as const)
    await expect(probes.run(workload, ask)).resolves.toHaveLength(1);
  expect(await started()).toHaveLength(3);
  expect((await stat(door)).isSocket()).toBe(true);
  // Its container is replaced by another.
  await keeper?.close();
  await keepDoorTo(`while read -r asked; do echo '${answer}'; done`, { firstMs: 10_000, idleMs: 1 });
  for (const workload of ['order', 'nobody'] as const) await expect(probes.run(workload, ask)).resolves.toHaveLength(1);
  await probes.close();
  await keeper?.ended;
});

test('A door to which nobody comes is closed', async () => {
  await keepDoorTo('exit 0', { firstMs: 1 });
  await keeper?.ended;
});

test('A door is for its own user only, also where one was left behind, and closing it ends those behind it', async () => {
  await keepDoorTo('exec sleep 60');
  await writeFile(join(directory, 'doors', 'other'), '');
  expect((await stat(join(directory, 'doors'))).mode & 0o007).toBe(0);
  expect((await stat(door)).mode & 0o777).toBe(0o600);
  const waiting = probe();
  const asked = waiting.ask(ask).catch((error: Error) => error.message);
  await vi.waitFor(async () => expect(await started()).toHaveLength(1), { timeout: 10_000 });
  await keeper?.close();
  expect(await asked).toBe('the probe that ran as order ended without an answer');
  const [process_] = await started();
  await untilEnded(process_);
});

test('The program of the containers opens its door in the place of one left behind, and ends in order on SIGTERM', async () => {
  await keepDoorTo('exit 0');
  const left = keeper;
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts')], {
    env: { PROBE_SOCKET: door },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toContain(door);
  const nobody = startProbe({
    name: 'order',
    access: { door, socket: 'unix:///nowhere' },
    patienceMs: 1,
    timeoutMs: 9_000,
  });
  await expect(nobody.ask(ask)).resolves.toMatchObject([{ code: expect.stringMatching(/./), got: {} }]);
  await nobody.close();
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  await expect(stat(door)).rejects.toThrow('ENOENT');
  await left?.close();
});
