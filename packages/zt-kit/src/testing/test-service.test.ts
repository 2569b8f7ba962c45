import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CallContext } from '../authz/call-context.ts';
import { createTestCallContext } from './call-context.ts';
import { createEcho, EchoService, echoPolicy } from './echo-service.ts';
import { startTestService, type TestService } from './test-service.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));
const idOf = (name: string): string => `spiffe://zt.example/ns/shop/sa/${name}`;

const alice = createTestCallContext('alice');
const seen: CallContext[] = [];
let service: TestService<typeof EchoService>;

beforeAll(async () => {
  const { graph } = echoPolicy(idOf('lamp'), idOf('order'));
  const edges = { ...graph.edges, [idOf('order')]: [idOf('gateway')] };
  const data = { graph: { ...graph, edges, entry_points: [idOf('gateway')] } };
  const echo = createEcho();
  service = await startTestService({
    name: 'lamp',
    policy: { wasm, data },
    definition: EchoService,
    implementation: {
      ...echo,
      unary: async (request, context) => {
        seen.push(context);
        return await echo.unary(request, context);
      },
    },
    resources: { unary: () => ({ amount_minor_units: 1, currency: 'EUR' }) },
  });
});

beforeEach(() => {
  seen.length = 0;
});

afterAll(() => service?.close());

test('a call by a caller of the graph arrives with its user and the way that it came', async () => {
  const order = await service.as('order');
  await expect(order.unary({ text: 'hello' }, alice)).resolves.toEqual({ text: 'hello' });
  expect(seen[0]).toMatchObject({
    peer: idOf('order'),
    user: { id: 'alice' },
    chain: [idOf('order'), idOf('gateway')],
  });
  expect((await service.records()).at(-1)).toMatchObject({ allowed: true, method: EchoService.unary.path });
});

test('a call by anybody else is refused, recorded, and reaches no handler', async () => {
  const inventory = await service.as('inventory');
  await expect(inventory.unary({ text: 'hello' }, alice)).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  expect((await service.records()).at(-1)).toMatchObject({
    allowed: false,
    reasons: expect.arrayContaining(['caller_not_allowed']),
  });
  expect(seen).toEqual([]);
});

test('a call for nobody carries no token where the method takes none of a workload', async () => {
  const order = await service.as('order');
  await expect(order.unary({ text: 'hello' }, createTestCallContext(null))).rejects.toMatchObject({
    code: status.UNAUTHENTICATED,
  });
  expect((await service.records()).at(-1)).toMatchObject({ reasons: expect.arrayContaining(['token_missing']) });
  expect(seen).toEqual([]);
});
