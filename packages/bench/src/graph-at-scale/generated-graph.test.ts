import { defineGraph, edges, policyData, workloadEdges } from '@zt/access-graph';
import { createOpaAuthorizer } from '@zt/kit/authz';
import { policyWasm } from '@zt/policy';
import { describe, expect, test } from 'vitest';
import { createCalls } from './calls.ts';
import { generatedGraph } from './generated-graph.ts';

const graph = defineGraph(generatedGraph('big'));
const calls = createCalls(graph);
const authorizer = await createOpaAuthorizer({ wasm: policyWasm, data: policyData(graph) });

/** Every call from one workload to another that needs a user's token, or none. */
const allCalls = graph.services.flatMap((service) =>
  service.methods.flatMap((method) => {
    const { callers, onBehalfOf } = method;
    if (callers.kind !== 'workloads' || onBehalfOf === 'workload') return [];
    return callers.names.map((caller) => ({ service, method, caller, callers: callers.names }));
  }),
);

test('the graph has 500 services and about 5,000 edges, and is the same at every call', () => {
  expect(graph.services).toHaveLength(500);
  const pairs = new Set([...edges(graph), ...workloadEdges(graph)].map(({ caller, callee }) => `${caller}>${callee}`));
  expect(pairs.size).toBeGreaterThan(4500);
  expect(pairs.size).toBeLessThan(5500);
  expect(generatedGraph('big')).toEqual(generatedGraph('big'));
});

describe('decisions on it', () => {
  test('every call along an edge is allowed', () => {
    expect(allCalls.length).toBeGreaterThan(5000);
    const refused = allCalls.filter(({ service, method, caller }) => {
      return !authorizer.decide(calls.callOf(service, method, caller)).allow;
    });
    expect(refused).toEqual([]);
  });

  test('a call of the same method by whoever has no edge is refused, for that and nothing else', () => {
    const byMethod = [...new Map(allCalls.map((call) => [call.method, call])).values()];
    const others = graph.services.map(({ name }) => name).filter((name) => calls.chainOf(name).length > 0);
    const outcomes = byMethod.flatMap(({ service, method, callers }, index) => {
      const stranger = others.slice(index % others.length).find((name) => !callers.includes(name));
      return stranger === undefined ? [] : authorizer.decide(calls.callOf(service, method, stranger)).reasons.join();
    });
    expect(outcomes.length).toBeGreaterThan(2900);
    expect(new Set(outcomes)).toEqual(new Set(['caller_not_allowed']));
  });

  test('a user whose way has a step off the edges is refused for the way', () => {
    const long = allCalls.find(
      ({ method, caller }) => method.onBehalfOf === 'user' && calls.chainOf(caller).length > 2,
    );
    if (long === undefined) throw new TypeError('the graph has a long way');
    const input = calls.callOf(long.service, long.method, long.caller);
    const [peer = '', , ...rest] = input.token?.chain ?? [];
    const mail = 'spiffe://big.example/ns/shop/sa/mail';
    const detour = { ...input, token: input.token && { ...input.token, chain: [peer, mail, ...rest] } };
    expect(authorizer.decide(detour).reasons).toEqual(['chain_not_allowed']);
  });
});
