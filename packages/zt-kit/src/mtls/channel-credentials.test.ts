import { once } from 'node:events';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { afterEach, expect, test, vi } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { pemOfX509Svid } from '../identity/x509-svid.ts';
import { clientAuth, createTestCertificateAuthority, type LeafOptions } from '../testing/certificate-authority.ts';
import { createFixedX509Source, type FixedX509Source } from '../testing/fixed-source.ts';
import { createMtlsChannelCredentials, type MtlsChannelTimes } from './channel-credentials.ts';
import { authorizeSpiffeIds } from './peer-authorizer.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const authority = await createTestCertificateAuthority('zt.example');

let server: Server | undefined;

afterEach(() => server?.close());

async function openSource(): Promise<FixedX509Source> {
  const svid = await authority.issueSvid({ spiffeId: gateway });
  return createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle]));
}

/** A server that any TLS library could be, with a certificate of the home authority. */
async function serve(leaf: Partial<LeafOptions> = {}, options: TlsOptions = {}): Promise<number> {
  const svid = pemOfX509Svid(await authority.issueSvid({ spiffeId: order, ...leaf }));
  return await listen(createTlsServer({ ...svid, ALPNProtocols: ['h2'], ...options }));
}

async function listen(listener: Server): Promise<number> {
  server = listener.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What gRPC does to get a connection. */
async function connectWith(credentials: ChannelCredentials, port: number) {
  const connector = credentials._createSecureConnector({ scheme: 'dns', path: `127.0.0.1:${port}` }, {});
  const { socket } = await connector.connect(connect(port, '127.0.0.1'));
  return socket.on('error', () => {});
}

function credentialsOf(source: FixedX509Source, times?: MtlsChannelTimes): ChannelCredentials {
  return createMtlsChannelCredentials(source, authorizeSpiffeIds(order), times);
}

test('a server that shows a certificate for clients only is refused, and hung up on', async () => {
  const port = await serve({ purposes: [clientAuth] });
  const left = new Promise((resolve) => {
    server?.on('connection', (socket) => socket.on('error', () => {}).on('close', resolve));
  });
  const connecting = connectWith(credentialsOf(await openSource()), port);
  await expect(connecting).rejects.toMatchObject({ reason: 'peer_certificate_untrusted' });
  await left;
});

test('a server of another name than the expected one is refused', async () => {
  const connecting = connectWith(credentialsOf(await openSource()), await serve({ spiffeId: gateway }));
  await expect(connecting).rejects.toMatchObject({ reason: 'peer_not_expected' });
});

test('a server that does not speak HTTP/2 is refused', async () => {
  const port = await serve({}, { ALPNProtocols: [] });
  await expect(connectWith(credentialsOf(await openSource()), port)).rejects.toMatchObject({
    reason: 'handshake_failed',
  });
});

test('a server that speaks TLS 1.2 at most is refused', async () => {
  const port = await serve({}, { maxVersion: 'TLSv1.2' });
  await expect(connectWith(credentialsOf(await openSource()), port)).rejects.toThrow();
});

test('a server that never answers the handshake is given up', async () => {
  const port = await listen(createTcpServer());
  const connecting = connectWith(credentialsOf(await openSource(), { handshakeTimeoutMs: 50 }), port);
  await expect(connecting).rejects.toMatchObject({ reason: 'handshake_failed' });
});

test('a server that hangs up during the handshake is no peer', async () => {
  const port = await listen(createTcpServer((socket) => socket.destroy()));
  await expect(connectWith(credentialsOf(await openSource()), port)).rejects.toThrow();
});

test("bundles that change during a handshake count at once: the server's authority has just left", async () => {
  const source = await openSource();
  const port = await serve({}, { SNICallback: () => {}, requestCert: true });
  const stranger = await createTestCertificateAuthority('zt.example');
  const connecting = connectWith(credentialsOf(source), port);
  source.set(createIdentitySnapshot(source.current().svid, [stranger.bundle]));
  await expect(connecting).rejects.toMatchObject({ reason: 'peer_certificate_untrusted' });
});

test("a connection ends with the server's SVID", async () => {
  const port = await serve({ notAfter: new Date(Date.now() + 2_000) });
  const socket = await connectWith(credentialsOf(await openSource()), port);
  await once(socket, 'close');
});

test('a connection ends at once when the own identity is withdrawn', async () => {
  const source = await openSource();
  const socket = await connectWith(credentialsOf(source), await serve());
  source.set(null);
  await once(socket, 'close');
});

test("a connection ends a grace time after the server's authority has left the bundle, and not for other changes", async () => {
  const source = await openSource();
  const socket = await connectWith(credentialsOf(source, { distrustGraceMs: 0 }), await serve());
  source.set(createIdentitySnapshot(await authority.issueSvid({ spiffeId: gateway }), [authority.bundle]));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(socket.destroyed).toBe(false);
  const next = await createTestCertificateAuthority('zt.example');
  source.set(createIdentitySnapshot(await next.issueSvid({ spiffeId: gateway }), [next.bundle]));
  await once(socket, 'close');
});

test('connections that ended are followed no more', async () => {
  const source = await openSource();
  let followers = 0;
  const counted: FixedX509Source = {
    ...source,
    onChange(listener) {
      const stop = source.onChange(listener);
      followers += 1;
      return () => {
        followers -= 1;
        stop();
      };
    },
  };
  const socket = await connectWith(credentialsOf(counted), await serve());
  expect(followers).toBe(1);
  socket.destroy();
  await vi.waitUntil(() => followers === 0);
});

test('the key is made ready once for each SVID, not for each connection', async () => {
  const source = await openSource();
  const { svid, bundles } = source.current();
  const key = vi.spyOn(svid.privateKey, 'export');
  const credentials = credentialsOf(source);
  const port = await serve();
  for (let count = 0; count < 3; count++) (await connectWith(credentials, port)).destroy();
  expect(key).toHaveBeenCalledOnce();
  source.set({ svid: { ...svid }, bundles });
  (await connectWith(credentials, port)).destroy();
  expect(key).toHaveBeenCalledTimes(2);
});

test('connections are never shared between credentials, as each has peers of its own', async () => {
  const source = await openSource();
  const credentials = credentialsOf(source);
  expect(credentials._equals(credentials)).toBe(true);
  expect(credentials._equals(credentialsOf(source))).toBe(false);
});
