import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { serveHttps } from './serve-https.ts';

const authority = await createTestCertificateAuthority('zt.example');
const anyPort = { host: '127.0.0.1', port: 0 };

async function newSnapshot() {
  const spiffeId = 'spiffe://zt.example/ns/shop/sa/gateway';
  return createIdentitySnapshot(await authority.issueSvid({ spiffeId, dnsNames: ['localhost'] }), [authority.bundle]);
}

const ca = authority.bundle.x509Authorities.map(String);

function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', servername: 'localhost', port, ca, agent: false }, (response) =>
      resolve(text(response)),
    );
    call.on('error', reject).end();
  });
}

/** The serial number of the certificate that a client without one is shown. */
function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', servername: 'localhost', port, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('a request that is under way is answered, and new ones are not taken', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const source = createFixedX509Source(await newSnapshot());
  const https = await serveHttps(
    source,
    async (_, response) => {
      arrive();
      await mayAnswer;
      response.end('done');
    },
    anyPort,
  );
  const response = get(https.port);
  await arrived;
  const closed = https.close();
  await expect(get(https.port)).rejects.toThrow('ECONNREFUSED');
  answer();
  expect(await response).toBe('done');
  await closed;
});

test('new connections are shown the SVID of the moment, and the last one after a withdrawal', async () => {
  const [first, second] = [await newSnapshot(), await newSnapshot()];
  const source = createFixedX509Source(first);
  const https = await serveHttps(source, (_, response) => response.end(), anyPort);
  onTestFinished(() => https.close());
  expect(await shownAt(https.port)).toBe(first.svid.serialNumber);
  source.set(second);
  await new Promise(setImmediate);
  expect(await shownAt(https.port)).toBe(second.svid.serialNumber);
  source.set(null);
  await new Promise(setImmediate);
  expect(await shownAt(https.port)).toBe(second.svid.serialNumber);
});

test('an address that is not free is an error', async () => {
  const source = createFixedX509Source(await newSnapshot());
  const first = await serveHttps(source, () => {}, anyPort);
  onTestFinished(() => first.close());
  await expect(serveHttps(source, () => {}, { ...anyPort, port: first.port })).rejects.toThrow('EADDRINUSE');
});
