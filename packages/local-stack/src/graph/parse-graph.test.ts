import { accessGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import { parseGraph } from './parse-graph.ts';

const oldMethod = {
  fullName: '/lamp.v1.LampService/Light',
  shortName: 'lamp.Light',
  callers: { kind: 'services', names: ['door'] },
  onBehalfOf: 'user',
  scopes: ['lamps:light'],
  tokenScopes: ['lamps:light'],
  record: 'written',
  amountLimit: null,
};

const oldGraph = {
  trustDomain: 'test.example',
  entryPoint: 'door',
  services: [{ name: 'lamp', methods: [oldMethod], tables: null }],
  workloads: [{ name: 'lamp', dnsNames: ['lamp'] }],
};

test('the graph of this checkout is read as it is', () => {
  expect(parseGraph(JSON.stringify(accessGraph))).toEqual(accessGraph);
});

test('what the graph of an older revision does not say it does not have', () => {
  const { services, thirdParties } = parseGraph(JSON.stringify(oldGraph));
  expect(thirdParties).toEqual([]);
  expect(services[0]?.about).toBe('');
  expect(services[0]?.apiKeysOf).toEqual([]);
  expect(services[0]?.methods[0]).toEqual({
    ...oldMethod,
    callers: { kind: 'workloads', names: ['door'] },
    calledFrom: [],
    roles: null,
    purpose: false,
    hours: null,
    networks: null,
    rateLimit: null,
    distinctUsers: null,
    observe: [],
  });
});

test.each([
  ['{}', 'trustDomain'],
  [JSON.stringify({ ...oldGraph, services: 'none' }), 'services'],
  [JSON.stringify({ ...oldGraph, services: [{ name: 'lamp', methods: [{}], tables: null }] }), 'fullName'],
  ['', 'JSON'],
])('%s is no access graph', (text, message) => {
  expect(() => parseGraph(text)).toThrow(message);
});
