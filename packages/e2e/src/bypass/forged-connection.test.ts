import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createTestCertificateAuthority } from '@zt/kit/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openForgedConnection } from './forged-connection.ts';
import { certificateOf } from './shown-certificate.ts';

const authority = await createTestCertificateAuthority('test.example');
const authorities = authority.bundle.x509Authorities.join('');
const server = await certificateOf(authority, { spiffeId: 'spiffe://test.example/server' });
const client = await certificateOf(authority, { spiffeId: 'spiffe://test.example/client' });

/** Answers with the headers of a gRPC server; hangs up on who shows no certificate. */
async function startServer(): Promise<{ readonly address: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const listener = createSecureServer({ ...server, ca: authorities, requestCert: true, rejectUnauthorized: false });
  listener.on('session', ({ socket }) => {
    const tls = socket as TLSSocket;
    if (tls.getPeerCertificate().raw === undefined) tls.destroy();
  });
  listener.on('stream', (stream, headers) => {
    seen.push(String(headers.authorization));
    stream.respond({ ':status': 200, 'grpc-status': '16', 'grpc-message': 'Not%20you.' }, { endStream: true });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  return { address: `127.0.0.1:${(listener.address() as AddressInfo).port}`, seen };
}

test('what is sent arrives as it is, and the answer is told with the names of all that came with it', async () => {
  const { address, seen } = await startServer();
  const connection = await openForgedConnection(address, authorities, client);
  onTestFinished(() => connection.close());
  const answer = await connection.call('/a.B/C', { authorization: 'anything  at all' }, Buffer.alloc(0));
  expect(answer.code).toBe('UNAUTHENTICATED');
  expect(answer.told).toMatch(/^Not you\. \(:status, .*grpc-message, grpc-status\)$/);
  expect(seen).toEqual(['anything  at all']);
  expect(connection.localAddress).toMatch(/^127\.\d+\.\d+\.\d+:\d+$/);
});

test('a connection that the server ends is told as no more than that', async () => {
  const { address, seen } = await startServer();
  const connection = await openForgedConnection(address, authorities, {});
  onTestFinished(() => connection.close());
  const answer = await connection.call('/a.B/C', {}, Buffer.alloc(0));
  expect(answer).toEqual({ code: 'UNAVAILABLE', told: 'the connection ended' });
  expect(seen).toEqual([]);
});
