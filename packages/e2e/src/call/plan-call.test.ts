import { expect, test } from 'vitest';
import { litGraph } from '../matrix/testing/lit-graph.ts';
import { planCall } from './plan-call.ts';

const graph = litGraph();

test('a call for a user takes the way that a real request would take', () => {
  const { credential, ...call } = planCall(graph, { from: 'hall', method: 'lamp.Light', isForUser: true });
  expect(call).toEqual({ from: 'hall', to: 'lamp', method: '/lamp.v1.LampService/Light' });
  expect(credential).toMatchObject({ way: [{ by: 'door' }, { by: 'hall', scopes: ['lamps:light'] }] });
});

test('where there is no such edge it comes with what the caller can have for the other calls that it may make there', () => {
  const { credential } = planCall(graph, { from: 'hall', method: 'lamp.Mend', isForUser: true });
  expect(credential).toMatchObject({ way: [{ by: 'door' }, { by: 'hall', scopes: ['lamps:dim', 'lamps:light'] }] });
});

test('without a user it comes in its own name where that can be had, and bare otherwise', () => {
  expect(planCall(graph, { from: 'cellar', method: 'lamp.Light', isForUser: false }).credential).toEqual({
    kind: 'own token',
  });
  expect(planCall(graph, { from: 'door', method: 'lamp.Light', isForUser: false }).credential).toEqual({
    kind: 'nothing',
  });
  expect(planCall(graph, { from: 'door', method: 'lamp.Light', isForUser: true }).credential).toEqual({
    kind: 'nothing',
  });
});

test('what only people or a third party call is no call of a workload', () => {
  expect(() => planCall(graph, { from: 'hall', method: 'door.Open', isForUser: true })).toThrow(
    'people call door.Open over HTTPS',
  );
  expect(() => planCall(graph, { from: 'hall', method: 'lamp.Deliver', isForUser: false })).toThrow('postman');
  expect(() => planCall(graph, { from: 'hall', method: 'lamp.Glow', isForUser: true })).toThrow('lamp has no method');
});
