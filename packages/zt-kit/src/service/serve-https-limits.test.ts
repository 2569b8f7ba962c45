import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { type HttpsLimits, type HttpsListener, serveHttps } from './serve-https.ts';

const authority = await createTestCertificateAuthority('zt.example');
const ca = authority.bundle.x509Authorities.map(String);
const short: Partial<HttpsLimits> = { handshakeMs: 1_000, headersMs: 300, requestMs: 400, idleMs: 500 };
const big = 'x'.repeat(64 * 1024 * 1024);

let https: HttpsListener;
let served: string[];

async function serveGateway(limits: Partial<HttpsLimits>): Promise<HttpsListener> {
  const spiffeId = 'spiffe://zt.example/ns/shop/sa/gateway';
  const svid = await authority.issueSvid({ spiffeId, dnsNames: ['localhost'] });
  return await serveHttps(
    createFixedX509Source(createIdentitySnapshot(svid, [authority.bundle])),
    async (request, response) => {
      served.push(request.url ?? '');
      response.once('close', () => {
        if (!response.writableFinished) served.push('gone');
      });
      if (request.url === '/big') response.end(big);
      else if (request.method === 'GET') response.end('ok');
      else request.on('error', () => {}).on('end', () => response.end('ok'));
      request.resume();
    },
    { host: '127.0.0.1', port: 0 },
    limits,
  );
}

beforeEach(async () => {
  served = [];
  https = await serveGateway(short);
});

afterEach(() => https.close());

async function open(): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', servername: 'localhost', port: https.port, ca });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

async function expectOthersServed(): Promise<void> {
  const socket = await open();
  socket.write('GET /other HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  expect(await text(socket)).toContain('HTTP/1.1 200');
}

test('a connection on which no handshake is made is ended', async () => {
  const socket = connectTcp(https.port, '127.0.0.1');
  await once(socket.resume(), 'close');
  await expectOthersServed();
});

test('however many connect and ask for nothing, another one finds room: the oldest has to go', async () => {
  await https.close();
  https = await serveGateway({ silentConnections: 3 });
  const sockets = Array.from({ length: 5 }, () =>
    connectTcp(https.port, '127.0.0.1')
      .on('error', () => {})
      .resume(),
  );
  await vi.waitUntil(() => sockets.filter(({ closed }) => closed).length === 2);
  await expectOthersServed();
  for (const socket of sockets) socket.destroy();
});

test.each([
  ['nothing', ''],
  ['half a head', 'GET / HTTP/1.1\r\nhost:'],
])('a client that sends %s and waits is answered with a problem, and its connection ended', async (_, head) => {
  const socket = await open();
  socket.write(head);
  const answer = await text(socket);
  expect(answer).toContain('HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json');
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
    type: 'about:blank',
    title: 'Request Timeout',
    status: 408,
    detail: 'The request did not arrive in time.',
  });
  expect(served).toEqual([]);
  await expectOthersServed();
});

test('a body of which a byte comes now and then is ended, however long it goes on', async () => {
  const socket = await open();
  socket.write('POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n');
  const timer = setInterval(() => socket.write('x'), 20);
  expect(await text(socket)).toContain('HTTP/1.1 408');
  clearInterval(timer);
  await expectOthersServed();
});

test('a client that does not take its answer is ended', async () => {
  const socket = await open();
  socket.pause();
  socket.write('GET /big HTTP/1.1\r\nhost: x\r\n\r\n');
  await expect.poll(() => served, { timeout: 4_000 }).toEqual(['/big', 'gone']);
  socket.destroy();
  await expectOthersServed();
});

test.each([
  ['headers over 16 KiB', `GET / HTTP/1.1\r\nhost: x\r\nx-padding: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
  ['an address over 16 KiB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ['another protocol', 'secret\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
  [
    'a length and pieces',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
])('%s are answered with a problem that repeats nothing, and never reach the service', async (_, sent, status) => {
  const socket = await open();
  socket.write(sent);
  const answer = await text(socket);
  expect(answer).toContain(`HTTP/1.1 ${status} `);
  expect(answer).toContain('application/problem+json');
  expect(answer).not.toMatch(/secret|xxx/);
  expect(served).toEqual([]);
  await expectOthersServed();
});
