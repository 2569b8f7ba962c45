import { expect, test } from 'vitest';
import { createExchangeGraph } from './exchange-graph.ts';
import { issueWorkloadToken } from './workload-token.ts';

const id = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const graph = createExchangeGraph(
  [{ caller: id('payment'), callee: id('order'), scopes: ['orders:settle', 'orders:read'] }],
  [],
);
const facts = {
  now: new Date('2030-01-01T00:00:00.900Z'),
  scopesAlong: graph.scopesAlong,
  issuer: id('identity'),
  tokenId: 'token-1',
};
const ask = (changes: object) =>
  issueWorkloadToken({ client: id('payment'), audience: id('order'), scopes: ['orders:settle'], ...changes }, facts);

test('a workload gets a token in its own name, for a minute, with what it asked for and nothing of a user', () => {
  const iat = Date.parse('2030-01-01T00:00:00Z') / 1000;
  expect(ask({ scopes: ['orders:settle', 'orders:settle'] })).toEqual({
    kind: 'granted',
    claims: {
      iss: id('identity'),
      aud: id('order'),
      sub: id('payment'),
      jti: 'token-1',
      iat,
      exp: iat + 60,
      scope: 'orders:settle',
    },
  });
});

test.each([
  ['towards a workload that it does not call', 'caller_not_allowed', { audience: id('inventory') }],
  ['against the direction of the call', 'caller_not_allowed', { client: id('order'), audience: id('payment') }],
  ['towards itself', 'caller_not_allowed', { audience: id('payment') }],
  ['with a scope that no such call needs', 'scope_missing', { scopes: ['orders:settle', 'payments:write'] }],
])('a token %s is refused: %s', (_title, reason, changes) => {
  expect(ask(changes)).toMatchObject({ kind: 'refused', reason });
});
