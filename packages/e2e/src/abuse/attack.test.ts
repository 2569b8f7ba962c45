import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { createIdentitySnapshot } from '@zt/kit/identity';
import { tlsSettingsOf } from '@zt/kit/mtls';
import { createTestCertificateAuthority } from '@zt/kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Target } from './attack.ts';
import { attacks } from './attacks.ts';

const authority = await createTestCertificateAuthority('zt.example');
const svid = await authority.issueSvid({ spiffeId: 'spiffe://zt.example/ns/shop/sa/order' });
const identity = createIdentitySnapshot(svid, [authority.bundle]);

let server: ReturnType<typeof createServer>;
let target: Target;
let received: number;

/** Somebody who takes what comes, and hangs up after a hundred bytes. */
beforeEach(async () => {
  received = 0;
  server = createServer({ ...tlsSettingsOf(identity), requestCert: true, ALPNProtocols: ['h2'] });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket: TLSSocket) => {
    socket
      .on('error', () => {})
      .on('data', (piece) => {
        received += piece.length;
        if (received > 100) socket.destroy();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, identity };
});

afterEach(() => void server.close());

/** One by a stranger, one on connections, one on calls: all of them are for `pnpm abuse`. */
const some = attacks.filter(({ id }) => ['endless-handshake', 'ping-flood', 'rapid-reset'].includes(id));

test.each(some)(
  '$id does what it says, and stops when the time is over',
  async ({ run }) => {
    const tally = await run(target, AbortSignal.timeout(500));
    expect(tally.attempts).toBeGreaterThan(0);
    expect(tally.connections).toBeGreaterThan(0);
    expect(tally.ended).toBeLessThanOrEqual(tally.connections);
  },
  20_000,
);

test('who was hung up on comes again', async () => {
  const ping = attacks.find(({ id }) => id === 'ping-flood');
  const tally = await ping?.run(target, AbortSignal.timeout(1_000));
  expect(tally?.connections).toBeGreaterThan(4);
  expect(tally?.ended).toBeGreaterThan(0);
}, 20_000);

test('each attack has a name of its own', () => {
  expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
});
