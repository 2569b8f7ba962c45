import { expect, test } from 'vitest';
import { actClaim, longestChain, parseDelegationChain } from './delegation-chain.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';

test('a chain is read with the workload that acts now first', () => {
  expect(parseDelegationChain({ sub: order, act: { sub: gateway } })).toEqual([order, gateway]);
});

test('a chain that is written and read again is the same', () => {
  expect(parseDelegationChain(actClaim([order, gateway, order]))).toEqual([order, gateway, order]);
});

test('a chain may be eight deep, and not nine', () => {
  const act = actClaim(Array.from({ length: longestChain }, () => order));
  expect(parseDelegationChain(act)).toHaveLength(8);
  expect(() => parseDelegationChain({ sub: order, act })).toThrow('deeper');
});

test('a chain is never made empty or too long', () => {
  expect(() => actClaim([])).toThrow(TypeError);
  expect(() => actClaim(Array.from({ length: longestChain + 1 }, () => order))).toThrow(TypeError);
});

test.each([
  ['a text', order],
  ['null', null],
  ['a list', [{ sub: order }]],
  ['empty', {}],
  ['holding a number as sub', { sub: 7 }],
  ['naming something that is not a workload', { sub: 'order' }],
  ['naming a whole trust domain', { sub: 'spiffe://zt.example' }],
  ['holding more than sub and act', { sub: order, client_id: 'x' }],
  ['holding more in a deeper link', { sub: order, act: { sub: gateway, exp: 1 } }],
  ['holding an inner link that is null', { sub: order, act: null }],
])('an act claim that is refused: %s', (_title, act) => {
  expect(() => parseDelegationChain(act)).toThrow(expect.objectContaining({ reason: 'token_malformed' }));
});
