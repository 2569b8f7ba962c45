import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterEach, expect, type Mock, test, vi } from 'vitest';
import { createIdentitySnapshot, type IdentitySnapshot } from '../identity/identity-snapshot.ts';
import { joinTrustBundles } from '../identity/trust-bundle.ts';
import { pemOfX509Svid } from '../identity/x509-svid.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { createFixedX509Source, type FixedX509Source } from '../testing/fixed-source.ts';
import {
  createMtlsListener,
  type HandshakeRefusal,
  type MtlsListener,
  type MtlsListenerOptions,
} from './mtls-listener.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const first = await createTestCertificateAuthority('zt.example');
const second = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');
const both = joinTrustBundles(first.bundle, second.bundle);

let source: FixedX509Source;
let listener: MtlsListener;
let drained: Mock<(graceMs: number) => void>;
let ended: Mock<() => void>;
let refused: HandshakeRefusal[];

async function open(snapshot: IdentitySnapshot, options: Partial<MtlsListenerOptions> = {}): Promise<void> {
  source = createFixedX509Source(snapshot);
  const refusals: HandshakeRefusal[] = [];
  refused = refusals;
  // New ones for each listener: what an earlier one still has to say is not for this test.
  const speaker = { drain: vi.fn(), ended: vi.fn() };
  ({ drain: drained, ended } = speaker);
  listener = await createMtlsListener({
    source,
    authorizePeer: () => {},
    host: '127.0.0.1',
    port: 0,
    speak: () => speaker,
    onRefused: (refusal) => refusals.push(refusal),
    ...options,
  });
}

afterEach(() => listener.close(0));

const serverOf = async (authority = first, notAfter?: Date): Promise<IdentitySnapshot> =>
  createIdentitySnapshot(
    await authority.issueSvid({ spiffeId: order, ...(notAfter === undefined ? {} : { notAfter }) }),
    [both, partner.bundle],
  );

/** Connects, and settles when the listener knows the connection, or the connection is over. */
async function connectAs(authority = first, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const spiffeId = authority === partner ? 'spiffe://partner.example/a' : gateway;
  const socket = connect({
    host: '127.0.0.1',
    port: listener.port,
    ...pemOfX509Svid(await authority.issueSvid({ spiffeId })),
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    ...options,
  });
  socket.on('error', () => {}).resume();
  await once(socket, 'secureConnect');
  const remote = `127.0.0.1:${socket.localPort}`;
  await vi.waitUntil(() => socket.destroyed || refused.length > 0 || listener.peerOf(remote) !== undefined);
  return socket;
}

test('closing takes no longer than its grace time, whoever is in the middle of a handshake', async () => {
  await open(await serverOf(), { limits: { handshakeMs: 60_000 } });
  const silent = connectTcp(listener.port, '127.0.0.1').on('error', () => {});
  const known = await connectAs();
  const closed = [once(silent, 'close'), once(known, 'close')];
  await listener.close(50);
  await Promise.all(closed);
  expect(drained).toHaveBeenCalledWith(50);
});

test('what spoke on a connection is told once that it ended, and the peer is forgotten', async () => {
  await open(await serverOf());
  const socket = await connectAs();
  const remote = `127.0.0.1:${socket.localPort}`;
  expect(listener.peerOf(remote)?.spiffeId.uri).toBe(gateway);
  socket.destroy();
  await vi.waitUntil(() => ended.mock.calls.length === 1);
  expect(listener.peerOf(remote)).toBeUndefined();
});

test("a connection is drained before the listener's own SVID ends, and cut when it does", async () => {
  await open(await serverOf(first, new Date(Date.now() + 2_000)));
  const socket = await connectAs();
  await once(socket, 'close');
  expect(drained).toHaveBeenCalledOnce();
});

test('a rotation of the SVID leaves connections alone', async () => {
  await open(await serverOf());
  await connectAs();
  source.set(await serverOf());
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(drained).not.toHaveBeenCalled();
});

test("connections are drained when the authority of the listener's own certificate leaves the bundle", async () => {
  await open(await serverOf(first));
  await connectAs(second);
  const narrowed = async () =>
    createIdentitySnapshot(await second.issueSvid({ spiffeId: order }), [second.bundle, partner.bundle]);
  source.set(await narrowed());
  await vi.waitUntil(() => drained.mock.calls.length === 1);
  source.set(await narrowed());
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(drained).toHaveBeenCalledOnce();
});

test('a connection is drained when the bundle of its foreign trust domain is gone', async () => {
  await open(await serverOf());
  await connectAs(partner);
  source.set(createIdentitySnapshot(source.current().svid, [both]));
  await vi.waitUntil(() => drained.mock.calls.length === 1);
});

test('while the identity is withdrawn live connections are cut and new ones refused', async () => {
  await open(await serverOf());
  const socket = await connectAs();
  source.set(null);
  await once(socket, 'close');
  await connectAs();
  expect(refused).toMatchObject([{ reason: 'identity_unavailable' }]);
});

test('a peer that may not connect is refused, and the refusal says who and where it was', async () => {
  await open(await serverOf(), {
    authorizePeer: () => {
      throw new TypeError('this rule is broken');
    },
  });
  await connectAs();
  expect(refused).toMatchObject([{ reason: 'handshake_failed', claimed: { spiffeId: gateway } }]);
  expect(listener.peerOf(refused[0]?.remote ?? '')).toBeUndefined();
  expect(refused[0]?.remote).toMatch(/^127\.0\.0\.1:\d+$/);
});

test('of a peer that speaks no TLS the refusal says where it was and how long it was there', async () => {
  await open(await serverOf());
  const socket = connectTcp(listener.port, '127.0.0.1').on('error', () => {});
  socket.end('GET / HTTP/1.1\r\n\r\n');
  await once(socket.resume(), 'close');
  expect(refused).toMatchObject([{ reason: 'handshake_failed', durationMs: expect.any(Number), claimed: null }]);
  expect(refused[0]?.remote).toMatch(/^127\.0\.0\.1:\d+$/);
});

test('more connections than allowed are not taken', async () => {
  await open(await serverOf(), { limits: { connections: 1, handshakeMs: 60_000 } });
  await connectAs();
  const socket = connectTcp(listener.port, '127.0.0.1').on('error', () => {});
  await once(socket.resume(), 'close');
});

test('a peer that breaks its connection off breaks nothing else', async () => {
  await open(await serverOf());
  const socket = connectTcp(listener.port, '127.0.0.1');
  const svid = pemOfX509Svid(await first.issueSvid({ spiffeId: gateway }));
  const secure = connect({ socket, ...svid, rejectUnauthorized: false, ALPNProtocols: ['h2'] }).on('error', () => {});
  await once(secure, 'secureConnect');
  await vi.waitUntil(() => listener.peerOf(`127.0.0.1:${socket.localPort}`) !== undefined);
  socket.resetAndDestroy();
  await vi.waitUntil(() => ended.mock.calls.length === 1);
});

test('a listener that is closed, or whose address is taken, follows no identity', async () => {
  await open(await serverOf());
  let followers = 0;
  const counted: FixedX509Source = {
    ...source,
    onChange(follower) {
      const stop = source.onChange(follower);
      followers += 1;
      return () => {
        followers -= 1;
        stop();
      };
    },
  };
  const options = { source: counted, authorizePeer: () => {}, host: '127.0.0.1', port: listener.port };
  const again = createMtlsListener({ ...options, speak: () => expect.fail('nobody'), onRefused: () => {} });
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(followers).toBe(0);
  const free = await createMtlsListener({ ...options, port: 0, speak: () => expect.fail(), onRefused: () => {} });
  expect(followers).toBe(1);
  await free.close(0);
  expect(followers).toBe(0);
});
