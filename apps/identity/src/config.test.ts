import { expect, test } from 'vitest';
import { parseIdentityConfig } from './config.ts';

const environment = { PUBLIC_ADDRESS: '127.0.0.1:8443', ISSUER: 'https://localhost:8443' };

test('the environment says where users come in', () => {
  expect(parseIdentityConfig(environment)).toEqual({
    publicAddress: { host: '127.0.0.1', port: 8443 },
    issuer: 'https://localhost:8443',
  });
});

test.each([
  ['PUBLIC_ADDRESS', undefined],
  ['PUBLIC_ADDRESS', 'localhost'],
  ['ISSUER', undefined],
  ['ISSUER', 'http://localhost:8443'],
  ['ISSUER', 'https://localhost:8443/'],
  ['ISSUER', 'https://localhost:8443/path'],
])('the service does not start with %s set to %s', (name, value) => {
  expect(() => parseIdentityConfig({ ...environment, [name]: value })).toThrow(name);
});
