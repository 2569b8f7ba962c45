import { expect, it, vi } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { defineGraph } from './define-graph.ts';
import { networkDoors } from './network-doors.ts';
import { smallGraph } from './testing/small-graph.ts';

vi.mock(import('./define-graph.ts'), async (original) =>
  (await import('./testing/shop-alone.ts')).shopAlone(await original()),
);

const callersAt = (doors: ReturnType<typeof networkDoors>) =>
  Object.fromEntries(doors.map(({ callee, callers }) => [callee, callers]));

it('opens each part of the shop to those who need it, and to nobody else', () => {
  expect(callersAt(networkDoors(accessGraph))).toEqual({
    gateway: [],
    order: ['gateway', 'payment'],
    inventory: ['gateway', 'order'],
    payment: ['card-network', 'order'],
    identity: ['audit', 'gateway', 'inventory', 'operator', 'order', 'payment'],
    audit: ['gateway', 'identity', 'inventory', 'operator', 'order', 'payment'],
    vault: ['audit', 'identity', 'inventory', 'operator', 'order', 'payment', 'trust-updater'],
    postgres: ['audit', 'identity', 'inventory', 'order', 'payment', 'vault'],
    'card-network': ['payment'],
  });
});

it('follows the graph: a caller more is a door more', () => {
  expect(callersAt(networkDoors(defineGraph(smallGraph())))).toMatchObject({
    door: [],
    lamp: ['cellar', 'door', 'postman'],
    postgres: ['lamp', 'vault'],
    postman: [],
  });
});
