import { expect, test } from 'vitest';
import { parseOrderConfig } from './config.ts';

test('the environment is read into a frozen object', () => {
  const config = parseOrderConfig({ INVENTORY_ADDRESS: '127.0.0.1:5002', PAYMENT_ADDRESS: 'payment:5003', HOME: '/' });
  expect(config).toEqual({ inventoryAddress: '127.0.0.1:5002', paymentAddress: 'payment:5003' });
  expect(Object.isFrozen(config)).toBe(true);
});

test('each variable that is missing or wrong is named', () => {
  const parse = () => parseOrderConfig({ INVENTORY_ADDRESS: 'https://127.0.0.1:5002' });
  expect(parse).toThrow(/INVENTORY_ADDRESS/);
  expect(parse).toThrow(/PAYMENT_ADDRESS/);
});
