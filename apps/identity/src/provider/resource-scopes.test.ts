import { accessGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { resourceScopes } from './resource-scopes.ts';

test("a user's token may carry what the whole path behind the gateway needs", () => {
  const scopes = resourceScopes(accessGraph);
  expect([...scopes.keys()]).toEqual(['spiffe://zt.example/ns/shop/sa/gateway']);
  const ofTheShop = ['inventory:read', 'inventory:write', 'orders:read', 'orders:write', 'payments:write'];
  expect([...scopes.values()][0]).toEqual(expect.arrayContaining(ofTheShop));
  expect([...scopes.values()][0]).not.toContain('orders:settle');
});
