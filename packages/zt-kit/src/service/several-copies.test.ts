import dns from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HealthCheckResponse_ServingStatus, HealthService } from '@zt/proto/health';
import { test as baseTest, expect, vi } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { createMtlsChannelCredentials } from '../mtls/channel-credentials.ts';
import { authorizeSpiffeIds } from '../mtls/peer-authorizer.ts';
import { createTestCallContext } from '../testing/call-context.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { gateway, inventory } from '../testing/echo-server.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { type HealthServer, serveHealth } from '../testing/health-server.ts';
import { createSecureClient } from './secure-client.ts';

const authority = await createTestCertificateAuthority('zt.example');
const source = createFixedX509Source(
  createIdentitySnapshot(await authority.issueSvid({ spiffeId: gateway }), [authority.bundle]),
);

/** Three copies of inventory, which take a moment for an answer. */
const test = baseTest.extend('copies', async ({ task: _ }, { onCleanup }): Promise<readonly HealthServer[]> => {
  const answer = () => sleep(5).then(() => HealthCheckResponse_ServingStatus.SERVING);
  const copies = await Promise.all([1, 2, 3].map(() => serveHealth({ authority, spiffeId: inventory, answer })));
  onCleanup(async () => void (await Promise.all(copies.map(({ die }) => die()))));
  return copies;
});

function connect(address: string) {
  const client = createSecureClient(HealthService, {
    address,
    credentials: createMtlsChannelCredentials(source, authorizeSpiffeIds(inventory)),
    audience: inventory,
    exchange: null,
    workloadTokens: null,
    scopesOf: () => null,
    ownScopesOf: () => null,
  });
  return { call: () => client.check({ service: '' }, createTestCallContext(null)), close: () => client.close() };
}

const addressOf = (copies: readonly HealthServer[]) =>
  `ipv4:${copies.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
const callsOf = (copies: readonly HealthServer[]) => copies.map(({ calls }) => calls());

test('calls are spread evenly over all copies of a service', async ({ copies }) => {
  const { call, close } = connect(addressOf(copies));
  await vi.waitUntil(() => call().then(() => callsOf(copies).every((calls) => calls > 0)), 10_000);
  const before = callsOf(copies);
  for (let calls = 0; calls < 30; calls += 1) await call();
  expect(callsOf(copies).map((calls, index) => calls - (before[index] ?? 0))).toEqual([10, 10, 10]);
  close();
});

test('a copy that dies in the midst of calls fails none of them, and the others go on', async ({ copies }) => {
  const { call, close } = connect(addressOf(copies));
  await vi.waitUntil(() => call().then(() => callsOf(copies).every((calls) => calls > 0)), 10_000);
  const before = copies[1]?.calls() ?? 0;
  const answers = Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let calls = 0; calls < 30; calls += 1) await call();
    }),
  );
  await vi.waitUntil(() => (copies[1]?.calls() ?? 0) > before + 10, { interval: 1 });
  await copies[1]?.die();
  await answers;
  const dead = copies[1]?.calls();
  for (let calls = 0; calls < 10; calls += 1) await call();
  expect(copies[1]?.calls()).toBe(dead);
  close();
});

test('a copy that is not there yet, or not any more, keeps no call waiting', async ({ copies }) => {
  const { call, close } = connect(addressOf(copies));
  await copies[0]?.die();
  await Promise.all(Array.from({ length: 10 }, call));
  for (let calls = 0; calls < 10; calls += 1) await call();
  close();
});

test('a name is looked up again as soon as a connection has ended', async ({ copies }) => {
  const [first] = copies;
  const found = vi.spyOn(dns, 'lookup').mockResolvedValue([{ address: '127.0.0.1', family: 4 }] as never);
  const { call, close } = connect(`inventory.internal:${first?.port}`);
  await call();
  const before = found.mock.calls.length;
  await first?.die();
  await vi.waitFor(() => expect(found.mock.calls.length).toBeGreaterThan(before), 10_000);
  close();
  found.mockRestore();
});
