import { expect, it, vi } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { callPaths, callsFrom } from './call-paths.ts';
import { defineGraph } from './define-graph.ts';
import { findMethod } from './find-method.ts';
import { smallGraph } from './testing/small-graph.ts';

vi.mock(import('./define-graph.ts'), async (original) =>
  (await import('./testing/shop-alone.ts')).shopAlone(await original()),
);

const pathsTo = (graph: Parameters<typeof callPaths>[0], name: string) =>
  callPaths(graph, findMethod(graph, name).method).map((path) => path.join(' → '));

it('leads back to a user, to another workload and to a third party', () => {
  const graph = defineGraph(smallGraph());
  expect(pathsTo(graph, 'lamp.Light')).toEqual(['a user → door/Open → lamp/Light']);
  expect(pathsTo(graph, 'lamp.Dim')).toEqual(['cellar → lamp/Dim']);
  expect(pathsTo(graph, 'lamp.Deliver')).toEqual(['postman → lamp/Deliver']);
});

it('has one path for each way in which a call comes about', () => {
  expect(pathsTo(accessGraph, 'payment.RefundPayment')).toEqual([
    'a user → gateway/PlaceOrder → order/PlaceOrder → payment/RefundPayment',
    'a user → gateway/CancelOrder → order/CancelOrder → payment/RefundPayment',
    'a user → gateway/RefundOrder → order/RefundOrder → payment/RefundPayment',
  ]);
});

it('tells no more of them than are asked for', () => {
  expect(callPaths(accessGraph, findMethod(accessGraph, 'payment.RefundPayment').method, 2)).toHaveLength(2);
});

it('begins at each workload where the graph does not say from which method', () => {
  expect(pathsTo(accessGraph, 'identity.ExchangeToken')).toEqual([
    'gateway → identity/ExchangeToken',
    'order → identity/ExchangeToken',
  ]);
});

it('knows what a method calls in turn', () => {
  const names = (shortName: string) => callsFrom(accessGraph, shortName).map((method) => method.shortName);
  expect(names('gateway.CancelOrder')).toEqual(['order.CancelOrder']);
  expect(names('order.RefundOrder')).toEqual(['payment.RefundPayment']);
  expect(names('order.GetOrder')).toEqual([]);
});
