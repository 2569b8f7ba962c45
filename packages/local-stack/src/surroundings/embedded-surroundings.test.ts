import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkloadX509Source, type WorkloadX509Source } from '@zt/kit/workload-api';
import getPort from 'get-port';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createKeepRunning } from '../stack/keep-running.ts';
import { createProcessTable, type ProcessTable } from '../stack/process-table.ts';
import { demoSettings } from '../stack/stack-settings.ts';
import type { StackContext } from '../stack-context.ts';
import { createEmbeddedSurroundings } from './embedded-surroundings.ts';
import { identityProviders } from './identity-provider.ts';
import type { Surroundings } from './surroundings.ts';

let directory: string;
let context: StackContext;
let table: ProcessTable;
let surroundings: Surroundings;
let sources: WorkloadX509Source[];
const onCertificateWritten = vi.fn(async () => {});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-emb-'));
  const ports = { vault: await getPort({ host: '127.0.0.1' }), postgres: 1 };
  context = {
    kind: 'embedded',
    name: 'test',
    stateDirectory: directory,
    socketDirectory: directory,
    ports,
  } as StackContext;
  table = createProcessTable();
  sources = [];
  onCertificateWritten.mockClear();
  const keepRunning = createKeepRunning({ table, report: () => {}, onHopeless: () => {} });
  surroundings = createEmbeddedSurroundings(context, { settings: demoSettings, keepRunning, onCertificateWritten });
});
afterEach(async () => {
  for (const source of sources) source.close();
  await surroundings.stop();
  await rm(directory, { recursive: true });
});

const identityAt = async (socket: string, startTimeoutMs = 10_000) => {
  const source = await createWorkloadX509Source({ socket, log: () => {}, startTimeoutMs });
  sources.push(source);
  return source.current().svid.spiffeId.uri;
};

test('Each workload is who its socket says, and the apps are nobody until they are admitted', async () => {
  const { workloads } = await surroundings.startIdentities();
  const [order, payment] = [identityAt(workloads.order.socket), identityAt(workloads.payment.socket)];
  let arrived = 0;
  for (const app of [order, payment]) void app.then(() => (arrived += 1));
  expect(await identityAt(workloads.operator.socket)).toBe('spiffe://zt.example/ns/shop/sa/operator');
  expect(arrived).toBe(0);
  await surroundings.admitApps?.();
  expect(await order).toBe('spiffe://zt.example/ns/shop/sa/order');
  expect(await payment).toBe('spiffe://zt.example/ns/shop/sa/payment');
});

test('A stranger gets no identity, and is written down where the stack says', async () => {
  const { stranger } = await surroundings.startIdentities();
  await expect(identityAt(stranger.socket, 500)).rejects.toThrow('no SVID');
  expect(await readFile(join(directory, 'logs', `${identityProviders.embedded.process}.log`), 'utf8')).toContain(
    '"msg":"No identity issued"',
  );
});

test("Postgres's certificate files are kept, and follow a roll of the authority", async () => {
  await surroundings.startIdentities();
  await surroundings.startCertificates();
  const { bundleFile, certificateFile } = surroundings.certificateOf('postgres');
  const authorities = async () => (await readFile(bundleFile, 'utf8')).match(/BEGIN CERTIFICATE/g)?.length;
  expect(new X509Certificate(await readFile(certificateFile)).subjectAltName).toContain('/sa/postgres');
  expect(await authorities()).toBe(1);
  const { prepare, activate, taint, revoke } = surroundings.authority();
  const id = await prepare();
  await vi.waitFor(async () => expect(await authorities()).toBe(2));
  expect(await activate()).toBe(id);
  expect(await taint()).not.toBe(id);
  await revoke();
  await vi.waitFor(async () => expect(await authorities()).toBe(1));
  // Told of once they are there.
  await vi.waitFor(() => expect(onCertificateWritten.mock.calls.length).toBeGreaterThanOrEqual(3));
});

test('Both servers are rows of the status, with the certificates that they hold', async () => {
  await surroundings.startIdentities();
  await surroundings.startCertificates();
  await surroundings.startSecrets();
  const rows = await table.status(context);
  expect(rows).toMatchObject([
    {
      name: 'workload-api',
      state: 'running',
      pid: process.pid,
      svids: [{ spiffeId: expect.stringContaining('/sa/postgres') }],
    },
    {
      name: 'vault',
      pid: process.pid,
      ports: [context.ports.vault],
      svids: [{ spiffeId: expect.stringContaining('/sa/vault') }],
    },
  ]);
});

test('Nothing answers after the end, also where Postgres cannot be reached', async () => {
  const { workloads } = await surroundings.startIdentities();
  await surroundings.startSecrets();
  await surroundings.stop();
  expect(existsSync(workloads.operator.socket.slice('unix://'.length))).toBe(false);
  await expect(fetch(`https://127.0.0.1:${context.ports.vault}/v1/sys/health`)).rejects.toThrow();
});

test('What has not started yet is said so', () => {
  expect(() => surroundings.authority()).toThrow('the stack is still starting');
  expect(() => surroundings.development()).toThrow('the stack is still starting');
});
