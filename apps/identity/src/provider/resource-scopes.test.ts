import { accessGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { resourceScopes } from './resource-scopes.ts';

test("a user's token may carry what the whole path behind the gateway needs", () => {
  expect([...resourceScopes(accessGraph)]).toEqual([
    [
      'spiffe://zt.example/ns/shop/sa/gateway',
      ['inventory:read', 'inventory:write', 'orders:read', 'orders:write', 'payments:write'],
    ],
  ]);
});
