import { expect, test } from 'vitest';
import { addressOf } from './address-of.ts';

test('a service is where the variable of its name says', () => {
  const env = { INVENTORY_ADDRESS: '127.0.0.1:5002', GIFT_CARDS_ADDRESS: 'gift-cards:8443' };
  expect(addressOf(env, 'inventory')).toBe('127.0.0.1:5002');
  expect(addressOf(env, 'gift-cards')).toBe('gift-cards:8443');
});

test.each([undefined, 'https://gift-cards:8443', 'gift-cards'])(
  '%s is no address, and the error names the variable',
  (value) => {
    expect(() => addressOf({ GIFT_CARDS_ADDRESS: value }, 'gift-cards')).toThrow('GIFT_CARDS_ADDRESS: ');
  },
);
