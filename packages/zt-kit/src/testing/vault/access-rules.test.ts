import { expect, test } from 'vitest';
import { createAccessRules, type Operation } from './access-rules.ts';

const ownLeases = { lease_id: ['database/creds/order/*'], Sync: [] };
const allows = createAccessRules([
  {
    name: 'order',
    rules: [
      { path: 'database/creds/order', capabilities: ['read'] },
      { path: 'sys/leases/renew', capabilities: ['update'], allowedParameters: ownLeases },
      { path: 'sys/leases/lookup/database/creds/order/', capabilities: ['list', 'sudo'] },
      { path: 'sys/leases/lookup/database/creds/payment/', capabilities: ['list'] },
    ],
  },
  {
    name: 'wide',
    rules: [
      { path: 'kv/*', capabilities: ['read', 'create', 'list'] },
      { path: 'kv/data/payment/*', capabilities: ['deny'] },
      { path: 'kv/data/payment/public', capabilities: ['read'] },
    ],
  },
]);

function ask(operation: Operation, path: string, data: Record<string, unknown> | null = null, needsSudo = false) {
  return allows(['order', 'wide', 'unknown'], { operation, path, data, needsSudo });
}

test('a path counts as it is said, with the capability that is asked for, and says whose it was', () => {
  expect(ask('read', 'database/creds/order')).toEqual(['order']);
  for (const path of ['database/creds/order/more', 'database/creds', 'database/creds/payment']) {
    expect(ask('read', path), path).toEqual([]);
  }
  for (const operation of ['list', 'create', 'update', 'delete'] as const) {
    expect(ask(operation, 'database/creds/order'), operation).toEqual([]);
  }
});

test('of what begins alike the longest counts, whatever the shorter would allow', () => {
  expect(ask('read', 'kv/data/order')).toEqual(['wide']);
  expect(ask('update', 'kv/data/order')).toEqual([]);
  expect(ask('read', 'kv/data/payment/card-network')).toEqual([]);
  expect(ask('read', 'kv/data/payment/public')).toEqual(['wide']);
  expect(ask('list', 'kv/data/')).toEqual(['wide']);
});

test('no parameter passes but those that are named, with the values that they may have', () => {
  const renew = (data: Record<string, unknown>) => ask('update', 'sys/leases/renew', data);
  expect(renew({ lease_id: 'database/creds/order/abc', sync: true })).toEqual(['order']);
  expect(renew({})).toEqual(['order']);
  expect(renew({ lease_id: 'database/creds/payment/abc' })).toEqual([]);
  expect(renew({ lease_id: 7 })).toEqual([]);
  expect(renew({ lease_id: 'database/creds/order/abc', increment: 60 })).toEqual([]);
});

test('policies of one path add up to what both allow, and a parameter that one of them limits is limited', () => {
  const path = 'sys/leases/renew';
  const both = createAccessRules([
    { name: 'limited', rules: [{ path, capabilities: ['update'], allowedParameters: { lease_id: ['mine/*'] } }] },
    { name: 'free', rules: [{ path, capabilities: ['update', 'read'] }] },
    { name: 'other', rules: [{ path, capabilities: ['update'], allowedParameters: { lease_id: ['other/*'] } }] },
  ]);
  const ask = (policies: readonly string[], data: Record<string, unknown>, operation: Operation = 'update') =>
    both(policies, { operation, path, data, needsSudo: false });
  expect(ask(['free'], { lease_id: 'x' })).toEqual(['free']);
  expect(ask(['limited', 'free'], { lease_id: 'x' })).toEqual([]);
  expect(ask(['limited', 'free'], { lease_id: 'mine/1' })).toEqual(['limited', 'free']);
  expect(ask(['limited', 'other'], { lease_id: 'other/1' })).toEqual(['limited', 'other']);
  expect(ask(['limited', 'free'], { lease_id: 'x' }, 'read')).toEqual([]);
});

test('what needs sudo is for those who have it', () => {
  expect(ask('list', 'sys/leases/lookup/database/creds/order/', null, true)).toEqual(['order']);
  expect(ask('list', 'sys/leases/lookup/database/creds/payment/', null, true)).toEqual([]);
});

test('rules of a kind that would be read wrong are refused', () => {
  const withRule = (path: string, capability: string) =>
    createAccessRules([{ name: 'x', rules: [{ path, capabilities: [capability] }] }]);
  for (const path of ['kv/+/x', 'kv/*/x']) expect(() => withRule(path, 'read'), path).toThrow(TypeError);
  expect(() => withRule('kv/x', 'patch')).toThrow(TypeError);
  for (const value of ['*', '*/mine', '*mine*']) {
    const rules = [{ path: 'kv/x', capabilities: ['update'], allowedParameters: { lease_id: [value] } }];
    expect(() => createAccessRules([{ name: 'x', rules }]), value).toThrow(TypeError);
  }
});
