import { expect, it, vi } from 'vitest';
import { accessGraph } from '../access-graph.ts';
import { defineGraph } from '../define-graph.ts';
import type { AccessGraph } from '../graph.ts';
import { smallGraph } from '../testing/small-graph.ts';
import { blastRadius } from './blast-radius.ts';
import { namesWithSpecialPower } from './special-powers.ts';

vi.mock(import('../define-graph.ts'), async (original) =>
  (await import('../testing/shop-alone.ts')).shopAlone(await original()),
);

const small = defineGraph(smallGraph());

function reached(graph: AccessGraph, workload: string, about: string): string[] {
  const parts = blastRadius(graph, workload).parts.filter((part) => part.about === about);
  return parts.flatMap(({ reaches }) => reaches.map(({ what, how }) => (how === '' ? what : `${what}: ${how}`)));
}

it('names the methods that a workload may call, for whom and within which limits', () => {
  expect(reached(small, 'door', 'calls')).toEqual([
    'lamp/Light: for a user; with lamps:light; from 1.00 on for the role electrician only',
    'lamp/Blink: without a token',
  ]);
  expect(reached(small, 'cellar', 'calls')).toEqual(['lamp/Dim: in its own name; with lamps:dim']);
  expect(blastRadius(small, 'door').methods).toEqual({ callable: 2, all: 4 });
});

it('follows what those call in turn, by the shortest way, and tells nothing twice', () => {
  expect(reached(accessGraph, 'gateway', 'calls in turn')).toEqual([
    'inventory/ReserveStock: by way of order/PlaceOrder',
    'inventory/CommitReservation: by way of order/PlaceOrder',
    'inventory/ReleaseReservation: by way of order/PlaceOrder',
    'payment/AuthorizePayment: by way of order/PlaceOrder',
    'payment/CapturePayment: by way of order/PlaceOrder',
    'payment/VoidPayment: by way of order/PlaceOrder',
    'payment/RefundPayment: by way of order/PlaceOrder',
  ]);
  expect(reached(accessGraph, 'order', 'calls in turn')).toEqual([]);
});

it('says what tokens may carry, for users and in its own name', () => {
  expect(reached(accessGraph, 'order', 'tokens')).toEqual([
    'for inventory, for a user: inventory:write',
    'for payment, for a user: payments:write',
    'for inventory, in its own name: inventory:write',
    'for payment, in its own name: payments:write',
  ]);
});

it('says who believes what it answers', () => {
  expect(reached(small, 'lamp', 'believed by')).toEqual([
    'door: who calls Light, Blink',
    'cellar: who calls Dim',
    'postman: who calls Deliver',
  ]);
  expect(reached(small, 'door', 'believed by')).toEqual(['users: who calls Open']);
});

it('says which data it has, at Postgres and at Vault, and which API keys', () => {
  expect(reached(small, 'lamp', 'tables')).toEqual(['lamps: select']);
  expect(reached(small, 'lamp', 'Vault paths')[0]).toBe('database/creds/lamp: read');
  expect(reached(accessGraph, 'payment', 'API keys')).toEqual(['card-network: in Vault at kv/payment/card-network']);
  expect(reached(small, 'door', 'Vault paths')).toEqual([]);
});

it('says where it can connect to at all, and what is outside', () => {
  expect(reached(small, 'cellar', 'network doors')).toEqual(['lamp']);
  expect(reached(accessGraph, 'payment', 'network doors')).toContain('card-network: outside');
});

it('says whose networks reach further than their doors', () => {
  const further = accessGraph.workloads.flatMap(({ name }) =>
    reached(accessGraph, name, 'network doors').flatMap((door) => {
      const [what = ''] = door.split(':');
      return what.includes(' ') ? [`${name}: ${what}`] : [];
    }),
  );
  expect(further).toEqual(['gateway: the machine itself', 'payment: whatever the machine reaches']);
});

it('says what no edge says: whoever signs tokens speaks for users', () => {
  expect(reached(accessGraph, 'identity', 'besides').join()).toContain('speak for any user');
  expect(reached(accessGraph, 'postgres', 'besides').join()).toContain('public keys of tokens');
  expect(reached(accessGraph, 'gateway', 'besides').join()).toContain('access token passes through it');
  expect(reached(accessGraph, 'order', 'besides')).toEqual([]);
  const names = accessGraph.workloads.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...namesWithSpecialPower]));
});

it('knows no workload that the graph does not know', () => {
  expect(() => blastRadius(small, 'mallory')).toThrow('no workload mallory');
});
