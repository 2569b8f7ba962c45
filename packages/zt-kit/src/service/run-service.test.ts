import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Client, Metadata, status } from '@grpc/grpc-js';
import { HealthCheckResponse_ServingStatus, HealthClient } from '@zt/proto/health';
import { test as baseTest, expect, vi } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { callEcho, gateway, inventory, openEchoClient, order } from '../testing/echo-server.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { startTestWorkloadApi, type TestWorkloadApi } from '../testing/workload-api-server.ts';

const program = fileURLToPath(new URL('../testing/echo-process.ts', import.meta.url));
const authority = await createTestCertificateAuthority('zt.example');

/** A process of a service, with an agent and a spool of its own. */
interface World {
  readonly agent: TestWorkloadApi;
  readonly spoolDirectory: string;
  start(env?: NodeJS.ProcessEnv): void;
  kill(signal: NodeJS.Signals): void;
  giveSvid(spiffeId: string): Promise<void>;
  /** What it has logged. */
  lines(): readonly Record<string, unknown>[];
  logged(event: string): Promise<Record<string, unknown>>;
  /** Its exit code. */
  exited(): Promise<unknown>;
}

const test = baseTest.extend('world', async ({ task: _ }, { onCleanup }): Promise<World> => {
  const agent = await startTestWorkloadApi();
  const spoolDirectory = await mkdtemp(join(tmpdir(), 'zt-run-'));
  const lines: Record<string, unknown>[] = [];
  let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  const started = () => child ?? expect.fail('nothing was started');
  onCleanup(async () => {
    child?.kill('SIGKILL');
    await agent.close();
    await rm(spoolDirectory, { recursive: true });
  });
  return {
    agent,
    spoolDirectory,
    start(env = {}) {
      child = spawn(process.execPath, [program], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          SPIFFE_ENDPOINT_SOCKET: agent.socket,
          LISTEN_ADDRESS: '127.0.0.1:0',
          SPOOL_DIRECTORY: spoolDirectory,
          IDENTITY_ADDRESS: '127.0.0.1:1',
          AUDIT_ADDRESS: '127.0.0.1:1',
          NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
          ...env,
        },
      });
      createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
    },
    kill: (signal) => void started().kill(signal),
    async giveSvid(spiffeId) {
      const { chainDer, keyDer } = await authority.issue({ spiffeId });
      const svid = { spiffeId, x509Svid: chainDer, x509SvidKey: keyDer, bundle: authority.bundleDer, hint: '' };
      agent.send({ svids: [svid], crl: [], federatedBundles: {} });
    },
    lines: () => lines,
    logged: (event) => vi.waitFor(() => lines.find((line) => line.event === event) ?? expect.fail(), 20_000),
    exited: async () => (await once(started(), 'close'))[0],
  };
});

async function openClient({ logged }: World): Promise<Client> {
  const { address } = await logged('serving');
  const svid = await authority.issueSvid({ spiffeId: gateway });
  return openEchoClient(createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle])), String(address));
}

test.concurrent('a service that is told to end finishes the call under way, takes no new one, and exits well', async ({
  world,
}) => {
  await world.giveSvid(order);
  world.start();
  const client = await openClient(world);
  const underWay = callEcho(client, 'unary', new Metadata(), { text: 'wait' });
  await world.logged('running');
  const exit = world.exited();
  world.kill('SIGTERM');
  await world.logged('stopping');
  const late = await openClient(world);
  await expect(callEcho(late, 'unary', new Metadata(), {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
  await expect(underWay).resolves.toEqual(['wait']);
  expect(await exit).toBe(0);
  // There is no ledger, which a slow machine has the time to say.
  const events = world.lines().map(({ event }) => event);
  expect(events.filter((event) => event !== 'records_wait')).toEqual([
    'svid_received',
    'serving',
    'running',
    'stopping',
    'closed_after_the_last_call',
    'close_failed',
    'stopped',
  ]);
  for (const line of world.lines())
    expect(line).toMatchObject({ level: expect.any(String), service: 'order', time: expect.any(String) });
  expect(JSON.stringify(world.lines())).not.toContain('PRIVATE');
  const [record] = (await readFile(join(world.spoolDirectory, 'order.jsonl'), 'utf8')).split('\n');
  expect(JSON.parse(record ?? '')).toMatchObject({ allowed: true, peer: { spiffeId: gateway } });
  client.close();
  late.close();
}, 30_000);

test.concurrent('a service that serves says so to itself, over gRPC health, at the address of its name', async ({
  world,
}) => {
  await world.giveSvid(order);
  world.start({ LISTEN_ADDRESS: 'localhost:0' });
  const { address } = await world.logged('serving');
  expect(address).toMatch(/^(127\.0\.0\.1|::1):\d+$/);
  const svid = await authority.issueSvid({ spiffeId: order });
  const source = createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
  const health = new HealthClient(String(address), createMtlsChannelCredentials(source, authorizeSpiffeIds(order)));
  const answer = await new Promise((resolve) =>
    health.check({ service: '' }, (error, response) => resolve(error ?? response)),
  );
  expect(answer).toEqual({ status: HealthCheckResponse_ServingStatus.SERVING });
  health.close();
  // Asked every few seconds, for ever: what it tells itself is nothing for the ledger.
  expect(await readFile(join(world.spoolDirectory, 'order.jsonl'), 'utf8')).toBe('');
}, 30_000);

test.concurrent('a service that is told to end while it still waits for its identity ends', async ({ world }) => {
  world.start();
  await vi.waitUntil(() => world.agent.streamsRefused() > 0, { timeout: 20_000 });
  const exit = world.exited();
  world.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(world.lines().map(({ event }) => event)).toEqual(['stopping', 'stopped']);
}, 30_000);

test.concurrent("a process with another workload's identity does not serve", async ({ world }) => {
  await world.giveSvid(inventory);
  world.start();
  expect(await world.exited()).toBe(1);
  expect(world.lines().at(-1)).toMatchObject({
    level: 'error',
    event: 'failed',
    error: expect.stringContaining(inventory),
  });
}, 30_000);

test.concurrent('a service whose records would have nowhere to go does not serve, and says what is missing', async ({
  world,
}) => {
  await world.giveSvid(order);
  world.start({ AUDIT_ADDRESS: undefined });
  expect(await world.exited()).toBe(1);
  expect(world.lines().at(-1)).toMatchObject({ event: 'failed', error: expect.stringContaining('AUDIT_ADDRESS') });
}, 30_000);

test.concurrent('a process without its settings does not serve, and says which are missing', async ({ world }) => {
  world.start({ SPOOL_DIRECTORY: '' });
  expect(await world.exited()).toBe(1);
  expect(world.lines()).toMatchObject([{ event: 'failed', error: expect.stringContaining('SPOOL_DIRECTORY') }]);
}, 30_000);
