import { expect, test } from 'vitest';
import { compareWithGraph } from './compare-with-graph.ts';
import { engineHost, type Seen, type View } from './find-reachable.ts';
import { neededEdges, onTheInternet } from './needed-edges.ts';

const view = (caller: string, callee: string, seen: Seen): View => ({
  ...{ caller, callerCopy: caller, callee, calleeCopy: callee, seen },
  ports: seen === 'connected' ? [8443] : [],
});
const comparison = {
  needed: [{ caller: 'order', callee: 'payment' }],
  mayGoOut: ['payment'],
  containers: ['order', 'payment', 'audit'],
  served: [8443],
};
const good = [view('order', 'payment', 'connected'), view('payment', 'order', 'refused')];
const faultsOf = (...views: readonly View[]) => compareWithGraph(views, comparison);

test('Networks on which each reaches just whom it needs are as the graph says', () => {
  expect(faultsOf(...good, view('payment', 'example.com:443', 'connected'))).toEqual([]);
});

test.each<[string, View, string]>([
  [
    'whoever reaches one to whom it has no edge',
    view('audit', 'payment', 'connected'),
    'audit reaches payment at 8443, without an edge',
  ],
  [
    'an edge in the other direction',
    view('payment', 'order', 'connected'),
    'payment reaches order at 8443, without an edge',
  ],
  [
    "whoever reaches the engine's machine",
    view('payment', engineHost, 'connected'),
    "payment reaches the engine's machine at 8443, without an edge",
  ],
  [
    'whoever reaches the internet without need',
    view('order', 'example.com:443', 'connected'),
    'order reaches example.com:443 at 8443, without an edge',
  ],
])('found out is %s', (_what, odd, fault) => {
  expect(faultsOf(...good, odd)).toEqual([fault]);
});

test('What else the engine’s machine serves is no part of the stack', () => {
  expect(faultsOf(...good, { ...view('payment', engineHost, 'connected'), ports: [22] })).toEqual([]);
});

test('Who is answered by somebody else has not reached whom it meant', () => {
  expect(faultsOf(...good, view('audit', 'payment', 'somebody else'))).toEqual([]);
});

test('Found out is an edge along which nobody comes, and one that nobody tried', () => {
  expect(faultsOf(view('order', 'payment', 'timeout'))).toEqual(['order does not reach payment: timeout']);
  expect(faultsOf()).toEqual(['order was not seen to try payment']);
});

test('Copies of one service share its network', () => {
  expect(faultsOf(...good, { ...view('order', 'order', 'connected'), calleeCopy: 'order-2' })).toEqual([]);
});

test('What is needed comes from the access graph', () => {
  expect(neededEdges()).toEqual(
    expect.arrayContaining([
      { caller: 'gateway', callee: 'order' },
      { caller: 'card-network', callee: 'payment' },
      { caller: 'vault', callee: 'postgres' },
      { caller: 'spire-agent', callee: 'spire-server' },
    ]),
  );
  expect(neededEdges()).not.toContainEqual({ caller: 'gateway', callee: 'payment' });
  expect(onTheInternet).toEqual(['card-network', 'payment']);
});
