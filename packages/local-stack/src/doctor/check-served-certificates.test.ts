import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, createServer as createTlsServer, TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeLoneCertificate } from '../lone-certificate.ts';
import { checkServedCertificates } from './check-served-certificates.ts';

const now = new Date('2026-03-01T12:00:00Z');
const dayMs = 24 * 3_600_000;
let directory: string;
let servers: Server[];
let pem: { readonly cert: string; readonly key: string };
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-served-'));
  servers = [];
  const files = {
    authority: join(directory, 'ca.pem'),
    certificate: join(directory, 'certificate.pem'),
    privateKey: join(directory, 'key.pem'),
  };
  const wanted = { authorityName: 'test', name: 'localhost', lifetimeDays: 1, holder: 'server' } as const;
  await writeLoneCertificate(files, wanted, now);
  pem = { cert: await readFile(files.certificate, 'utf8'), key: await readFile(files.privateKey, 'utf8') };
});
afterEach(async () => {
  for (const server of servers) server.close();
  await rm(directory, { recursive: true, force: true });
});

async function addressOf(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** As Postgres does: TLS begins once the client has asked for it. */
const postgres = () =>
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('S');
      new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(pem) }).on('error', () => {});
    });
  });

async function check(at: Date) {
  const addresses = {
    postgres: await addressOf(postgres()),
    vault: `https://${await addressOf(createTlsServer(pem))}`,
  };
  const stack = { now: at, command: (words: string) => `docker compose ${words}` };
  return await checkServedCertificates(stack, { addresses } as Parameters<typeof checkServedCertificates>[1]);
}

test('of servers whose certificates hold nothing is said', async () => {
  expect(await check(now)).toEqual([]);
});

test('a server that goes on with a certificate that has ended is told, with when that was', async () => {
  const later = new Date(now.getTime() + 2 * dayMs);
  const since = new Date(now.getTime() + dayMs).toISOString();
  expect(await check(later)).toMatchObject([
    { subject: 'postgres', what: 'shows a certificate that has ended: nobody accepts it', since },
    { subject: 'vault', since, todo: expect.stringContaining('docker compose logs vault-svid vault') },
  ]);
});

test('a certificate that does not hold yet tells of a clock that stepped back', async () => {
  const before = new Date(now.getTime() - dayMs);
  expect(await check(before)).toMatchObject([{ subject: 'clock' }, { subject: 'clock' }]);
});

test('a server that does not answer is told as well', async () => {
  const addresses = { postgres: '127.0.0.1:1', vault: 'https://127.0.0.1:1' };
  const found = await checkServedCertificates({ now, command: (words) => words }, { addresses } as never);
  expect(found.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^shows no certificate \(.*ECONNREFUSED/),
    expect.stringMatching(/^shows no certificate \(.*ECONNREFUSED/),
  ]);
});
