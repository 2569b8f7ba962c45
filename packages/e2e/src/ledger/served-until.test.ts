import { madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { servedUntil } from './served-until.ts';

const certificate = (notAfter: string) => ({ serialNumber: 'A', notAfter });
const login = (leaseEndsAt: string) => ({ login: 'one', leaseId: 'lease of one', leaseEndsAt });

test('The end is that of the last certificate or database login, whichever lives longer', () => {
  const short = madeUpRecord({ serviceCertificate: certificate('2026-03-01T12:00:30Z'), database: null });
  const long = madeUpRecord({
    serviceCertificate: certificate('2026-03-01T12:00:40Z'),
    database: login('2026-03-01T12:00:50Z'),
  });
  expect(servedUntil([short])).toBe(Date.parse('2026-03-01T12:00:30Z'));
  expect(servedUntil([long, short])).toBe(Date.parse('2026-03-01T12:00:50Z'));
});

test('Where nothing that ends was at hand, nothing is to be waited for', () => {
  expect(servedUntil([])).toBe(0);
  expect(servedUntil([madeUpRecord({ serviceCertificate: null, database: null })])).toBe(0);
});
