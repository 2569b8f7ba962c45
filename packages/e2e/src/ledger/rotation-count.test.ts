import { gatewayRecord, idOf, madeUpRecord } from '@zt/kit/testing';
import { expect, test } from 'vitest';
import { createRotationCount, databaseLogins, svidRotations } from './rotation-count.ts';

const served = (serialNumber: string) => ({ serialNumber, notAfter: '2026-03-01T12:00:30Z' });
const login = (name: string) => ({ login: name, leaseId: `lease of ${name}`, leaseEndsAt: '2026-03-01T12:00:34Z' });

test('Certificates and logins are counted once each, per service, however they are split', () => {
  const count = createRotationCount();
  count.add([
    madeUpRecord({ serviceCertificate: served('A'), database: login('one') }),
    madeUpRecord({ serviceCertificate: served('A'), database: login('two') }),
  ]);
  count.add([
    madeUpRecord({ serviceCertificate: served('B'), database: login('two') }),
    gatewayRecord({ serviceCertificate: served('A') }),
  ]);
  const services = count.services();
  expect(services).toEqual([
    { service: idOf('gateway'), svids: 1, logins: 0 },
    { service: idOf('order'), svids: 2, logins: 2 },
  ]);
  expect([svidRotations(services), databaseLogins(services)]).toEqual([1, 2]);
});

test('A service without a certificate at hand rotated nothing', () => {
  const count = createRotationCount();
  count.add([madeUpRecord({ serviceCertificate: null, database: null })]);
  expect(count.services()).toEqual([{ service: idOf('order'), svids: 0, logins: 0 }]);
  expect(svidRotations(count.services())).toBe(0);
});
