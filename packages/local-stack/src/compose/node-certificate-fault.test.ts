import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNodeCertificate } from '../spire/node-certificate.ts';
import { nodeCertificateFault } from './node-certificate-fault.ts';

const now = new Date();
const daysLater = (days: number) => new Date(now.getTime() + days * 24 * 3600 * 1000);
const [first, second] = [await newFiles(), await newFiles()];

async function newFiles() {
  const directory = await mkdtemp(join(tmpdir(), 'zt-node-'));
  const file = (name: string) => join(directory, name);
  const files = { authority: file('ca.pem'), certificate: file('certificate.pem'), privateKey: file('key.pem') };
  await createNodeCertificate(files, now);
  const text = (path: string) => readFile(path, 'utf8');
  const texts = {
    authority: await text(files.authority),
    certificate: await text(files.certificate),
    privateKey: await text(files.privateKey),
  };
  await rm(directory, { recursive: true });
  return texts;
}

test('a certificate goes on until half of its life is over', () => {
  expect(nodeCertificateFault(first, now)).toBeNull();
  expect(nodeCertificateFault(first, daysLater(180))).toBeNull();
  expect(nodeCertificateFault(first, daysLater(190))).toBe('half of its life was over');
});

test.each(['authority', 'certificate', 'privateKey'] as const)(
  'one whose %s is missing, unreadable or of another has to be made anew',
  (which) => {
    expect(nodeCertificateFault({ ...first, [which]: null }, now)).toBe('there was none');
    expect(nodeCertificateFault({ ...first, [which]: 'half a fi' }, now)).toBe('its files could not be read');
    expect(nodeCertificateFault({ ...first, [which]: second[which] }, now)).toBe('its files did not fit together');
  },
);
