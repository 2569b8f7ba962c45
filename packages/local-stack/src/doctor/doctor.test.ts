import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditSpool } from '@zt/kit/audit';
import { idOf, madeUpRecord } from '@zt/kit/testing';
import picocolors from 'picocolors';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProcessStatus } from '../control/stack-status.ts';
import { createStackDescriptionFile } from '../stack/stack-description-file.ts';
import { demoSettings } from '../stack/stack-settings.ts';
import { madeUpPorts } from '../stack/testing/made-up-ports.ts';
import type { StackContext } from '../stack-context.ts';
import { accessOfEach } from '../surroundings/identity-access.ts';
import { clockFinding, signedInFuture } from './check-clock.ts';
import { checkDisk } from './check-disk.ts';
import { checkPorts } from './check-ports.ts';
import { checkProcesses } from './check-processes.ts';
import { checkPrograms } from './check-programs.ts';
import { checkSpire } from './check-spire.ts';
import { checkSpools } from './check-spools.ts';
import { checkSupervisor } from './check-supervisor.ts';
import { checkSvids } from './check-svids.ts';
import { sealedSince } from './check-vault.ts';
import { checkWorkloadApi } from './check-workload-api.ts';
import { examine } from './examine.ts';
import { type ExaminedStack, findStack, type RunningExaminedStack } from './examined-stack.ts';
import { showExaminations } from './show-examinations.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'zt-doctor-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(stateDirectory, { recursive: true, force: true });
});

const now = new Date('2026-03-01T12:00:00Z');
const record = {
  socketDirectory: '/nowhere',
  controlSocket: '/nowhere/control.sock',
  settings: { ...demoSettings, kind: 'native' as const },
};

/** A stack that runs, as its supervisor tells. */
function running(processes: readonly Partial<ProcessStatus>[] = []): RunningExaminedStack {
  const process = { name: 'order', state: 'running' as const, pid: 1, ports: [], restarts: 0, svids: [] };
  const status = {
    name: 'native',
    phase: 'running' as const,
    startedAt: now.toISOString(),
    gatewayUrl: '',
    issuerUrl: '',
    processes: processes.map((given) => ({ ...process, ...given })),
  };
  const ports = madeUpPorts();
  const commands = { start: 'zt up', command: (words: string) => `zt ${words}` };
  return { name: 'native', kind: 'native', stateDirectory, record, ports, status, now, ...commands };
}

/** What the doctor says of a stack whose supervisor does not answer, whatever machine this is. */
const examineStopped = async () => {
  const stack = await findStack('embedded', stateDirectory, async () => null);
  const ofStack = (await examine(stack)).filter(({ check }) => check !== 'programs' && check !== 'disk');
  return ofStack.flatMap(({ findings }) => findings);
};
const remember = () => writeFile(join(stateDirectory, 'stack.json'), JSON.stringify(record));

test('of a stack that was never started it is said how to start it', async () => {
  expect(await examineStopped()).toContainEqual({
    subject: 'stack',
    what: 'was never started',
    since: null,
    todo: 'start it with npx -y pnpm@12 zt up',
  });
});

test('of a stack that does not run it is said so, and nothing is asked that needs one', async () => {
  await remember();
  const stack = await findStack('embedded', stateDirectory, async () => null);
  const examinations = await examine(stack);
  expect(examinations.map(({ check }) => check)).not.toContain('vault');
  expect(await examineStopped()).toMatchObject([{ subject: 'stack', what: 'does not run' }]);
});

test('a supervisor that died is told from one that does not answer', async () => {
  await remember();
  const lock = join(stateDirectory, 'up.lock');
  await mkdir(lock);
  expect(await examineStopped()).toMatchObject([{ what: expect.stringContaining('does not answer') }]);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  expect(await examineStopped()).toMatchObject([
    { what: expect.stringContaining('left its lock behind'), since: longAgo.toISOString() },
  ]);
});

test('a service that goes on without a supervisor is found by the lock of its spool', async () => {
  await remember();
  const spool = await createAuditSpool(join(stateDirectory, 'spool/order'), 'order');
  const found = await examineStopped();
  expect(found).toContainEqual({
    subject: 'order',
    what: 'still runs, without a supervisor',
    since: null,
    todo: `end it with kill ${process.pid}`,
  });
  await spool.close();
  expect((await examineStopped()).map(({ subject }) => subject)).not.toContain('order');
});

test('records that wait are told with their number and the time of the oldest, and what is on its way is not', async () => {
  const spool = await createAuditSpool(join(stateDirectory, 'spool/order'), 'order');
  const append = (time: string) => spool.append(madeUpRecord({ time }), 'written');
  await append('2026-03-01T11:59:58.000Z');
  expect(await checkSpools(running())).toEqual([]);
  const later: ExaminedStack = { ...running(), now: new Date('2026-03-01T12:03:00Z') };
  await append('2026-03-01T12:02:59.000Z');
  expect(await checkSpools(later)).toMatchObject([
    {
      subject: 'order',
      what: expect.stringMatching(/^has 2 records \(\d KiB\) that wait/),
      since: '2026-03-01T11:59:58.000Z',
      todo: expect.stringContaining('logs audit'),
    },
  ]);
  const small = { ...record, settings: { ...demoSettings, spoolLimitBytes: 1_000 } };
  expect(await checkSpools({ ...later, record: small })).toMatchObject([
    { what: expect.stringContaining('it is full, and money and stock are not moved') },
  ]);
  expect(await checkSpools({ ...later, status: null })).toMatchObject([{ todo: expect.stringContaining('zt up') }]);
  await spool.close();
});

test('a spool whose next line was damaged is told at once, and what to do about it', async () => {
  const directory = join(stateDirectory, 'spool/order');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'order.jsonl'), '####\n####\n');
  expect(await checkSpools(running())).toMatchObject([
    { subject: 'order', what: expect.stringContaining('was damaged'), todo: expect.stringContaining(directory) },
  ]);
});

test('a fault that was asked for and never mended is told, though nobody suffers from it yet', async () => {
  const stack = running();
  const faults = [{ fault: 'hang-stream', workload: 'order', until: null }];
  expect(await checkSupervisor({ ...stack, status: { ...stack.status, faults } })).toEqual([
    {
      subject: 'stack',
      what: 'has a fault in force: hang-stream order',
      since: null,
      todo: 'end it with zt fault mend',
    },
  ]);
  expect(await checkSupervisor(stack)).toEqual([]);
});

test('certificates that have ended are told from those that are late, and others are well', () => {
  const svid = (name: string, time: string) => ({ spiffeId: idOf(name), notAfter: `2026-03-01T${time}Z` });
  const stack = running([
    { svids: [svid('order', '11:59:50')] },
    { svids: [svid('payment', '11:59:40')] },
    { svids: [svid('audit', '12:00:15')] },
    { svids: [svid('gateway', '12:00:30')] },
  ]);
  expect(checkSvids(stack)).toMatchObject([
    { subject: 'payment, order', since: '2026-03-01T11:59:40Z', todo: expect.stringContaining('logs spire-agent') },
    { subject: 'audit', what: expect.stringContaining('15 s left') },
  ]);
});

test('where SPIRE does not run, whoever gives out certificates in its place is to be looked at', () => {
  const svids = [{ spiffeId: idOf('order'), notAfter: '2026-03-01T11:59:50Z' }];
  expect(checkSvids({ ...running([{ svids }]), kind: 'embedded' })).toMatchObject([
    { subject: 'order', todo: expect.stringContaining('logs workload-api') },
  ]);
});

test('programs are asked for where they run only', async () => {
  vi.stubEnv('PATH', '/nowhere');
  vi.stubEnv('ZT_TOOLS_CACHE', '/nowhere');
  expect(await checkPrograms({ ...running(), kind: 'embedded' })).toEqual([]);
});

test('a Workload API that gives out no identity is told, with how long what it gave out is still good', async () => {
  const access = { program: process.execPath, socket: `unix://${stateDirectory}/nobody.sock` };
  const context = {
    kind: 'embedded',
    name: 'two',
    stateDirectory,
    socketDirectory: '/nowhere',
    programs: { dex: null },
  };
  await createStackDescriptionFile({ ...context, ports: madeUpPorts() } as StackContext).write({
    workloads: accessOfEach(() => access),
    stranger: access,
  });
  const svids = [{ spiffeId: idOf('order'), notAfter: '2026-03-01T12:00:30Z' }];
  expect(await checkWorkloadApi({ ...running([{ svids }]), kind: 'embedded' })).toMatchObject([
    { subject: 'workload-api', what: expect.stringContaining('the first at 2026-03-01T12:00:30Z') },
  ]);
}, 20_000);

test('SPIRE that does not answer is told, with how long what it gave out is still good', async () => {
  const svids = [{ spiffeId: idOf('order'), notAfter: '2026-03-01T12:00:30Z' }];
  const stack = running([{ name: 'spire-agent', state: 'restarting', pid: null }, { svids }]);
  expect(await checkSpire(stack)).toMatchObject([
    { subject: 'spire-server', what: expect.stringContaining('does not answer') },
    { subject: 'spire-agent', what: expect.stringContaining('the first at 2026-03-01T12:00:30Z') },
  ]);
});

test('a process that does not run is told with the time at which it last wrote to its log', async () => {
  const log = join(stateDirectory, 'logs/order.log');
  await mkdir(join(stateDirectory, 'logs'));
  await writeFile(log, '');
  await utimes(log, now, now);
  const found = await checkProcesses(
    running([{ state: 'restarting', pid: null, restarts: 2 }, { name: 'audit' }, { name: 'payment', state: 'ended' }]),
  );
  expect(found).toMatchObject([
    { subject: 'order', what: expect.stringContaining('2 times'), since: now.toISOString() },
    { subject: 'payment', what: expect.stringContaining('not started again'), since: null },
  ]);
});

test('a port at which nobody answers is told, but for those of services and the one that Vault does not use', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { vaultCluster, grpc } = madeUpPorts();
  const stack = running([
    { ports: [port] },
    { name: 'vault', ports: [vaultCluster] },
    { name: 'payment', ports: [grpc.payment] },
  ]);
  expect(await checkPorts(stack)).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
  expect(await checkPorts(stack)).toMatchObject([{ subject: 'order', what: expect.stringContaining(String(port)) }]);
});

test('a disk with little room is told', async () => {
  expect(await checkDisk({ stateDirectory }, async () => 2 ** 31)).toEqual([]);
  expect(await checkDisk({ stateDirectory }, async () => 5_500_000)).toMatchObject([
    { subject: 'disk', what: expect.stringContaining('has 5 MiB left') },
  ]);
});

test('clocks that are apart are told, and so is one that stepped back behind what was signed', () => {
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const reading = { subject: 'vault', here: now };
  expect(clockFinding({ ...reading, time: at(4) })).toEqual([]);
  expect(clockFinding({ ...reading, time: at(300) })).toMatchObject([{ what: expect.stringContaining('300 s after') }]);
  expect(clockFinding({ ...reading, time: at(-300) })).toMatchObject([
    { what: expect.stringContaining('300 s before') },
  ]);
  expect(signedInFuture({ validFromDate: at(-10) }, now)).toEqual([]);
  expect(signedInFuture({ validFromDate: at(290) }, now)).toMatchObject([{ what: expect.stringContaining('290 s') }]);
});

test('since when Vault is sealed is read from its own log', () => {
  const line = (time: string) => `${time} [INFO]  core: vault is sealed`;
  const log = [line('2026-03-01T11:00:00.000Z'), 'other', line('2026-03-01T11:58:00.123Z'), ''].join('\n');
  expect(sealedSince(log)).toBe('2026-03-01T11:58:00.123Z');
  const json = JSON.stringify({ level: 'info', time: '2026-03-01T11:59:00.123Z', event: 'development_vault_sealed' });
  expect(sealedSince(json)).toBe('2026-03-01T11:59:00.123Z');
  expect(sealedSince('other')).toBeNull();
});

test('what was found is shown with what to do, and what is well on a line of its own', () => {
  const colors = picocolors.createColors(false);
  const style = { colors, verbose: false, timeZone: 'UTC' };
  const finding = { subject: 'vault', what: 'is sealed', since: '2026-03-01T11:58:00Z', todo: 'unseal it' };
  expect(
    showExaminations(
      [
        { check: 'disk', findings: [] },
        { check: 'vault', findings: [finding] },
      ],
      style,
    ),
  ).toBe(
    [
      '✔ disk',
      '✖ vault',
      '    vault is sealed (since 2026-03-01T11:58:00Z)',
      '    → unseal it',
      '',
      '1 thing is wrong.',
    ].join('\n'),
  );
  expect(showExaminations([], style)).toContain('Nothing is wrong.');
});
