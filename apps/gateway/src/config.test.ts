import { expect, test } from 'vitest';
import { parseGatewayConfig } from './config.ts';

const environment = { PUBLIC_ADDRESS: '127.0.0.1:8443' };

test('the environment is read into a frozen object', () => {
  const config = parseGatewayConfig(environment);
  expect(config).toEqual({
    publicAddress: { host: '127.0.0.1', port: 8443 },
    addressLimit: { requests: 300, seconds: 10 },
    userLimit: { requests: 200, seconds: 10 },
  });
  expect(Object.isFrozen(config) && Object.isFrozen(config.publicAddress)).toBe(true);
});

test.each([
  ['PUBLIC_ADDRESS', '8443'],
  ['PUBLIC_ADDRESS', undefined],
  ['ADDRESS_LIMIT', '300'],
  ['ADDRESS_LIMIT', '0/10'],
  ['USER_LIMIT', '10/0'],
])('%s as %j is refused by name', (name, value) => {
  expect(() => parseGatewayConfig({ ...environment, [name]: value })).toThrow(name);
});

test('limits are requests in seconds', () => {
  const config = parseGatewayConfig({ ...environment, ADDRESS_LIMIT: '20000/10', USER_LIMIT: '1/60' });
  expect(config.addressLimit).toEqual({ requests: 20_000, seconds: 10 });
  expect(config.userLimit).toEqual({ requests: 1, seconds: 60 });
});
