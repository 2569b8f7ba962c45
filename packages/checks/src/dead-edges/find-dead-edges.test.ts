import { type AccessGraph, defineGraph } from '@zt/access-graph';
import { expect, test } from 'vitest';
import type { CodeUse } from './code-use.ts';
import type { Rpc } from './contracts.ts';
import { findDeadEdges } from './find-dead-edges.ts';
import type { CheckedCode } from './read-code.ts';

const graph: AccessGraph = defineGraph({
  trustDomain: 'zt.example',
  entryPoint: 'shop',
  services: {
    shop: {
      about: 'Takes orders.',
      api: 'shop',
      methods: { Buy: { callers: 'users', for: 'user', scopes: ['goods:buy'], record: 'synced' } },
    },
    stock: {
      about: 'Knows what there is.',
      api: 'stock.v1.StockService',
      methods: {
        Take: { callers: ['shop.Buy'], for: 'user', scopes: ['goods:buy'], record: 'synced' },
        Count: { callers: ['operator'], for: 'workload', scopes: ['goods:count'], record: 'written' },
      },
      tables: { goods: ['select', 'update'], shelves: ['insert'] },
    },
  },
  otherWorkloads: { operator: {} },
  thirdParties: [],
  amountLimits: [],
});

const api = 'stock.v1.StockService';
const rpc = (name: string, of = api): Rpc => ({
  fullName: `/${of}/${name}`,
  api: of,
  file: of === api ? 'proto/stock/v1/stock.proto' : `proto/${of.split('.')[0]}/v1/${of.split('.')[0]}.proto`,
});
const connects: CodeUse = {
  workload: 'shop',
  at: 'apps/shop/src/downstream.ts:7',
  kind: 'connects',
  api,
  service: 'stock',
};
const serves: CodeUse = { workload: 'stock', at: 'apps/stock/src/main.ts:9', kind: 'serves', api };
const takes: CodeUse = { workload: 'shop', at: 'apps/shop/src/buy.ts:3', kind: 'calls', method: `/${api}/Take` };
const counts: CodeUse = { workload: 'operator', at: 'operator/count.ts:5', kind: 'calls', method: `/${api}/Count` };
const sql = ['update goods set count = count - 1 where id = $1', 'insert into shelves values ($1)'];

function deadEdges(change: Partial<CheckedCode>, changed = graph) {
  const texts = new Map([
    ['shop', new Set(['/shop/Buy'])],
    ['stock', new Set(sql)],
  ]);
  const rpcs = [rpc('Take'), rpc('Count'), rpc('Check', 'grpc.health.v1.Health')];
  return findDeadEdges(changed, { rpcs, uses: [connects, serves, takes, counts], texts, ...change });
}

test('where graph, proto and code agree there is nothing to say', () => {
  expect(deadEdges({})).toEqual({ faults: [], unused: [] });
});

const inGraph = 'packages/access-graph/src/access-graph.ts';

test.each<[string, Partial<CheckedCode>, string]>([
  [
    'a method of the graph that proto lacks',
    { rpcs: [rpc('Take')] },
    `${inGraph}: stock.Count is no rpc of ${api}. Add \`rpc Count(CountRequest) returns (CountResponse);\` to ` +
      'proto/stock/v1/stock.proto and type `npx -y pnpm@12 generate`, or take the method out of the graph.',
  ],
  [
    'an rpc that the graph lacks',
    { rpcs: [rpc('Take'), rpc('Count'), rpc('Drop')] },
    `proto/stock/v1/stock.proto: the access graph has no ${api}/Drop, so nobody may call it. Add Drop to the methods of ` +
      `stock in ${inGraph}, or take the rpc out and type \`npx -y pnpm@12 generate\`.`,
  ],
  [
    'a whole contract that the graph lacks',
    { rpcs: [rpc('Take'), rpc('Count'), rpc('Send', 'post.v1.PostService')] },
    'proto/post/v1/post.proto: the access graph has no post.v1.PostService/Send, so nobody may call it. Add Send to a ' +
      `service with api: 'post.v1.PostService' in ${inGraph}, or take the rpc out and type \`npx -y pnpm@12 generate\`.`,
  ],
  [
    'a call without an edge',
    { uses: [connects, serves, takes, counts, { ...takes, method: `/${api}/Count` }] },
    'apps/shop/src/buy.ts:3: shop calls stock.Count, which the access graph does not let it. Add the calling method, such ' +
      `as 'shop.Buy', to the callers of stock.Count in ${inGraph}, or take the call out.`,
  ],
  [
    'an edge without a client',
    { uses: [serves, takes, counts] },
    `${inGraph}: shop may call stock.Take, and has no client of stock. Add kit.connect(StockServiceService, 'stock') to ` +
      'apps/shop/src/downstream.ts, or take the callers of shop out of the graph.',
  ],
  [
    'a client without an edge',
    { uses: [connects, serves, takes, counts, { ...connects, workload: 'stock' }] },
    `apps/shop/src/downstream.ts:7: stock has a client of ${api}, and may call none of its methods. Name a method of stock ` +
      `among the callers of one in ${inGraph}, or take the client out.`,
  ],
  [
    'a client of the wrong service',
    { uses: [{ ...connects, service: 'shop' }, serves, takes, counts] },
    "apps/shop/src/downstream.ts:7: StockServiceService is served by stock: write kit.connect(StockServiceService, 'stock').",
  ],
  [
    'a client that cannot be followed',
    { uses: [connects, serves, takes, counts, { workload: 'shop', at: 'apps/shop/src/a.ts:1', kind: 'unclear', api }] },
    `apps/shop/src/a.ts:1: who calls ${api} with this cannot be seen. Write kit.connect(StockServiceService, '…') with the ` +
      "service's name in quotes, and call its methods.",
  ],
  [
    'methods that nobody serves',
    { uses: [connects, takes, counts] },
    `${inGraph}: no code serves stock.Take, stock.Count. Add kit.serve(StockServiceService, …) to apps/stock/src/main.ts, ` +
      'or take what is not served out of the graph.',
  ],
  [
    'what is served by the wrong service',
    { uses: [connects, serves, takes, counts, { ...serves, workload: 'shop' }] },
    `apps/stock/src/main.ts:9: shop serves ${api}, of which it has no method in ${inGraph}. Add them, or take this out.`,
  ],
  [
    'a method over HTTPS that nobody decides',
    { texts: new Map([['stock', new Set(sql)]]) },
    `${inGraph}: nothing in apps/shop/src decides shop.Buy, which comes over HTTPS: no text there is '/shop/Buy' or 'Buy'. ` +
      'Serve it, or take the method out of the graph.',
  ],
  [
    'a grant that no SQL needs',
    {
      texts: new Map([
        ['shop', new Set(['Buy'])],
        ['stock', new Set(['select count from goods', 'insert into shelves values ($1)'])],
      ]),
    },
    `${inGraph}: stock has 'update' on goods, and no SQL in apps/stock/src needs it. Take it out.`,
  ],
])('%s is a fault, with what to do', (_, change, fault) => {
  expect(deadEdges(change).faults).toContain(fault);
});

test('a method whose callers follow from the graph, and are none, is a fault', () => {
  const services = graph.services.map((service) => ({
    ...service,
    methods: service.methods.map((method) =>
      method.shortName === 'stock.Count' ? { ...method, callers: { kind: 'workloads' as const, names: [] } } : method,
    ),
  }));
  expect(deadEdges({}, { ...graph, services }).faults).toContain(
    `${inGraph}: nobody may call stock.Count. Name a caller, or take the method and its rpc out.`,
  );
});

test('an edge that no code calls is no fault, and is said', () => {
  expect(deadEdges({ uses: [connects, serves, counts] })).toEqual({
    faults: [],
    unused: ['shop may call stock.Take, and its code does not'],
  });
});

test('a service may use its own contract as it likes', () => {
  const own: CodeUse[] = [
    { workload: 'stock', at: 'apps/stock/src/a.ts:1', kind: 'unclear', api },
    { workload: 'stock', at: 'apps/stock/src/a.ts:2', kind: 'calls', method: `/${api}/Take` },
  ];
  expect(deadEdges({ uses: [connects, serves, takes, counts, ...own] }).faults).toEqual([]);
});
