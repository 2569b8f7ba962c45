import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { Metadata, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import {
  callEcho,
  type EchoServer,
  gateway,
  inventory,
  openEchoClient,
  startEchoServer,
} from '../testing/echo-server.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { createMtlsListener } from './mtls-listener.ts';
import { tlsSettingsOf } from './tls-settings.ts';

let echo: EchoServer;

beforeEach(async () => {
  echo = await startEchoServer();
});

afterEach(async () => {
  await echo.close();
});

/** Connects as any TLS client could, with whatever it is given, and settles when the server has hung up. */
async function hangsUp(options: ConnectionOptions): Promise<void> {
  const socket = connect({
    host: '127.0.0.1',
    port: echo.listener.port,
    ca: tlsSettingsOf(echo.source.current()).ca,
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2'],
    ...options,
  });
  await closed(socket);
}

/** Unlike `once`, takes an error for what it is here: the other side hanging up. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => {}).once('close', () => resolve());
    socket.resume();
  });
}

function pem(leaf: { readonly chainDer: Buffer; readonly keyDer: Buffer }): { cert: string; key: string } {
  const block = (label: string, der: Buffer): string =>
    `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
  return { cert: block('CERTIFICATE', leaf.chainDer), key: block('PRIVATE KEY', leaf.keyDer) };
}

async function handshakeRecord() {
  return await vi.waitFor(async () => {
    const record = (await echo.records()).find(({ kind }) => kind === 'handshake');
    if (record === undefined) throw new Error('no handshake was recorded yet');
    return record;
  });
}

test('TLS 1.2 is refused and recorded', async () => {
  await hangsUp({ ...pem(await echo.authority.issue({ spiffeId: gateway })), maxVersion: 'TLSv1.2' });
  expect((await handshakeRecord()).reasons).toEqual(['handshake_failed']);
});

test('plain text is refused and recorded', async () => {
  const socket = connectTcp(echo.listener.port, '127.0.0.1');
  socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await closed(socket);
  expect((await handshakeRecord()).reasons).toEqual(['handshake_failed']);
});

test.each([
  ['speaks something else than HTTP/2', ['http/1.1']],
  ['does not say what it speaks', []],
])('a client that %s is refused', async (_what, ALPNProtocols) => {
  await hangsUp({ ...pem(await echo.authority.issue({ spiffeId: gateway })), ALPNProtocols });
  expect((await handshakeRecord()).reasons).toEqual(['handshake_failed']);
});

test('a peer that never starts its handshake is hung up on', async () => {
  const listener = await createMtlsListener({
    source: echo.source,
    authorizePeer: () => {},
    host: '127.0.0.1',
    port: 0,
    speak: () => expect.fail('nobody was verified'),
    onRefused: () => {},
    limits: { handshakeMs: 100 },
  });
  await closed(connectTcp(listener.port, '127.0.0.1'));
  await listener.close(0);
});

test('a session ticket is worth nothing: who comes back with one has to show the certificate again', async () => {
  const leaf = pem(await echo.authority.issue({ spiffeId: gateway }));
  const options = {
    host: '127.0.0.1',
    port: echo.listener.port,
    ca: tlsSettingsOf(echo.source.current()).ca,
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2'],
  };
  const first = connect({ ...options, ...leaf });
  const sessions: Buffer[] = [];
  first.on('session', (session) => sessions.push(session));
  await once(first, 'data');
  first.destroy();
  expect(sessions).not.toEqual([]);
  for (const session of sessions) {
    const again = connect({ ...options, ...leaf, session });
    await once(again, 'data');
    expect(again.isSessionReused()).toBe(false);
    again.destroy();
    await closed(connect({ ...options, session }));
  }
  const reasons = (await echo.records()).map((record) => record.reasons);
  expect(reasons).toEqual(sessions.map(() => ['peer_certificate_missing']));
});

test('a client refuses a server that has the good SVID of another service', async () => {
  const source = createFixedX509Source(await echo.snapshotOf(gateway));
  const client = openEchoClient(source, echo.address, inventory);
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await echo.token()}`);
  await expect(callEcho(client, 'unary', metadata, {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(echo.runs()).toBe(0);
  client.close();
});

test("a client refuses a server whose certificate is another authority's", async () => {
  const stranger = await createTestCertificateAuthority('zt.example');
  const client = openEchoClient(createFixedX509Source(await echo.snapshotOf(gateway, stranger)), echo.address);
  await expect(callEcho(client, 'unary', new Metadata(), {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(echo.runs()).toBe(0);
  client.close();
});
