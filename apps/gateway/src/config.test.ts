import { expect, test } from 'vitest';
import { parseGatewayConfig } from './config.ts';

const environment = {
  PUBLIC_ADDRESS: '127.0.0.1:8443',
  ORDER_ADDRESS: '127.0.0.1:5001',
  INVENTORY_ADDRESS: '127.0.0.1:5002',
};

test('the environment is read into a frozen object', () => {
  const config = parseGatewayConfig(environment);
  expect(config).toEqual({
    publicAddress: { host: '127.0.0.1', port: 8443 },
    orderAddress: '127.0.0.1:5001',
    inventoryAddress: '127.0.0.1:5002',
  });
  expect(Object.isFrozen(config) && Object.isFrozen(config.publicAddress)).toBe(true);
});

test.each([
  ['PUBLIC_ADDRESS', '8443'],
  ['ORDER_ADDRESS', undefined],
])('%s as %j is refused by name', (name, value) => {
  expect(() => parseGatewayConfig({ ...environment, [name]: value })).toThrow(name);
});
