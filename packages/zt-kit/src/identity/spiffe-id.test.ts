import { expect, test } from 'vitest';
import { parseSpiffeId } from './spiffe-id.ts';

test('a SPIFFE ID is read into trust domain and path', () => {
  const id = parseSpiffeId('spiffe://zt.example/ns/shop/sa/order');
  expect(id).toEqual({
    uri: 'spiffe://zt.example/ns/shop/sa/order',
    trustDomain: 'zt.example',
    path: '/ns/shop/sa/order',
  });
});

test.each([
  ['another scheme', 'https://zt.example/order'],
  ['an upper-case scheme', 'SPIFFE://zt.example/order'],
  ['no trust domain', 'spiffe:///order'],
  ['an upper-case trust domain', 'spiffe://ZT.example/order'],
  ['a port', 'spiffe://zt.example:443/order'],
  ['a user', 'spiffe://me@zt.example/order'],
  ['a query', 'spiffe://zt.example/order?a=b'],
  ['a fragment', 'spiffe://zt.example/order#a'],
  ['a slash at the end', 'spiffe://zt.example/order/'],
  ['an empty segment', 'spiffe://zt.example//order'],
  ['a segment that is a dot', 'spiffe://zt.example/a/./order'],
  ['a segment of two dots', 'spiffe://zt.example/a/../order'],
  ['percent encoding', 'spiffe://zt.example/%6frder'],
  ['more than 2048 bytes', `spiffe://zt.example/${'a'.repeat(2048)}`],
])('a SPIFFE ID with %s is refused', (_what, text) => {
  expect(() => parseSpiffeId(text)).toThrow(TypeError);
});
