import { once } from 'node:events';
import { connect } from 'node:tls';
import { type Client, connectivityState, Metadata, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { joinTrustBundles } from '../identity/trust-bundle.ts';
import { pemOfX509Svid } from '../identity/x509-svid.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { callEcho, type EchoServer, gateway, openEchoClient, order, startEchoServer } from '../testing/echo-server.ts';
import { createFixedX509Source, type FixedX509Source } from '../testing/fixed-source.ts';
import { tlsSettingsOf } from './tls-settings.ts';

let echo: EchoServer;
let source: FixedX509Source;
let client: Client;

beforeEach(async () => {
  echo = await startEchoServer();
  source = createFixedX509Source(await echo.snapshotOf(gateway));
  client = openEchoClient(source, echo.address);
});

afterEach(async () => {
  client.close();
  await echo.close();
});

async function call(): Promise<string[]> {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await echo.token()}`);
  return await callEcho(client, 'unary', metadata, {});
}

test('the next connection shows the SVID in force', async () => {
  await call();
  const next = await echo.snapshotOf(order);
  echo.source.set(next);
  await Promise.resolve();
  const socket = connect({
    host: '127.0.0.1',
    port: echo.listener.port,
    ...pemOfX509Svid(source.current().svid),
    ca: tlsSettingsOf(source.current()).ca,
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2'],
  });
  await once(socket, 'secureConnect');
  expect(socket.getPeerX509Certificate()?.serialNumber).toBe(next.svid.serialNumber);
  socket.destroy();
});

test('no call fails while the authority is rolled: both trusted, new SVIDs, old one gone', async () => {
  const next = await createTestCertificateAuthority('zt.example');
  const both = joinTrustBundles(echo.authority.bundle, next.bundle);
  const sides = [
    { source: echo.source, spiffeId: order },
    { source, spiffeId: gateway },
  ];
  let rolling = true;
  let calls = 0;
  const traffic = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (rolling) {
        await call();
        calls += 1;
      }
    }),
  );
  const served = async (more: number): Promise<void> => {
    const goal = calls + more;
    await vi.waitUntil(() => calls >= goal, { timeout: 10_000 });
  };
  await served(50);
  for (const side of sides) side.source.set(createIdentitySnapshot(side.source.current().svid, [both]));
  await served(50);
  for (const side of sides) {
    side.source.set(createIdentitySnapshot(await next.issueSvid({ spiffeId: side.spiffeId }), [both]));
    await served(50);
  }
  for (const side of sides) side.source.set(createIdentitySnapshot(side.source.current().svid, [next.bundle]));
  await served(50);
  rolling = false;
  await traffic;
  const refused = (await echo.records()).filter(({ allowed }) => !allowed);
  expect(refused).toEqual([]);
});

test('a peer of an authority that has left the bundle loses its live connection', async () => {
  await call();
  const next = await createTestCertificateAuthority('zt.example');
  echo.source.set(createIdentitySnapshot(await next.issueSvid({ spiffeId: order }), [next.bundle]));
  await vi.waitUntil(() => client.getChannel().getConnectivityState(false) !== connectivityState.READY);
  await expect(call()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(echo.runs()).toBe(1);
});

test('a server whose identity is withdrawn serves nobody any more', async () => {
  await call();
  echo.source.set(null);
  await vi.waitUntil(() => client.getChannel().getConnectivityState(false) !== connectivityState.READY);
  await expect(call()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(echo.runs()).toBe(1);
});

test('a client whose identity is withdrawn makes no new connection', async () => {
  source.set(null);
  await expect(call()).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(echo.runs()).toBe(0);
});

test('a connection does not outlive its peer', async () => {
  const svid = await echo.authority.issueSvid({ spiffeId: gateway, notAfter: new Date(Date.now() + 2_500) });
  const socket = connect({
    host: '127.0.0.1',
    port: echo.listener.port,
    ...pemOfX509Svid(svid),
    ca: tlsSettingsOf(source.current()).ca,
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2'],
  });
  socket.on('error', () => {}).resume();
  await once(socket, 'secureConnect');
  const remote = `127.0.0.1:${socket.localPort}`;
  await vi.waitUntil(() => echo.listener.peerOf(remote) !== undefined);
  await once(socket, 'close');
  await vi.waitUntil(() => echo.listener.peerOf(remote) === undefined);
});

test('a workload can be cut off at once, and only that one', async () => {
  await call();
  expect(echo.listener.disconnect(order)).toBe(0);
  expect(echo.listener.disconnect(gateway)).toBe(1);
});
