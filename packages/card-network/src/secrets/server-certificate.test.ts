import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { provideServerCertificate } from './server-certificate.ts';

let directory: string;
const now = new Date();
const names = ['card-network.example', 'card-network.internal'];
const later = (days: number) => new Date(now.getTime() + days * 24 * 3600 * 1000);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-certificate-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a certificate is for each of the names, and for no other', async () => {
  const { cert } = await provideServerCertificate(directory, names, now);
  const certificate = new X509Certificate(cert);
  for (const name of names) expect(certificate.checkHost(name)).toBe(name);
  expect(certificate.checkHost('localhost')).toBeUndefined();
});

test('it is kept while it is good for the names and not near its end', async () => {
  const first = await provideServerCertificate(directory, names, now);
  expect(await provideServerCertificate(directory, names, later(300))).toEqual(first);
  expect(await provideServerCertificate(directory, names, later(340))).not.toEqual(first);
});

test('it is replaced where it lacks a name', async () => {
  const first = await provideServerCertificate(directory, ['localhost'], now);
  const second = await provideServerCertificate(directory, ['localhost', ...names], now);
  expect(second).not.toEqual(first);
  expect(await provideServerCertificate(directory, names, now)).toEqual(second);
});
