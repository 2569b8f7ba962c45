import { uncapitalized } from '../name-forms.ts';
import { type ServicePlan, serviceOf } from '../service-plan.ts';

/** `apps/shipping/src/shipping-access.test.ts`: who is let through at all. */
export function accessTest(plan: ServicePlan): string {
  const { names, database, callees, methods, stranger } = plan;
  const { name, pascal, camel, contract, definition } = names;
  const [method] = methods;
  const call = uncapitalized(method?.name ?? '');
  const caller = serviceOf(method?.callers[0] ?? '');
  const calls = callees.length > 0;
  const fields = [...(database ? [`${camel}Id: '${name}-0001'`] : []), ...(calls ? ['...questions'] : [])];
  const parts = [
    ...(database ? ['store: { add: async (each) => each, find: async () => null }'] : []),
    ...(calls ? ['downstream: createOtherServices().downstream'] : []),
    ...(database ? ['now: () => new Date()'] : []),
  ];
  return `import { status } from '@grpc/grpc-js';
import { accessGraph, policyData } from '@zt/access-graph';
import { createTestCallContext, startTestService, type TestService } from '@zt/kit/testing';
import { policyWasm } from '@zt/policy';
import { ${definition} } from '${contract}';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { create${pascal}Service, ${camel}Resources } from './${name}-service.ts';
${calls ? "import { createOtherServices, questions } from './testing/other-services.ts';\n" : ''}
let server: TestService<typeof ${definition}>;
let runs: number;
const alice = createTestCallContext('alice');
const nobody = createTestCallContext(null);
const request = { ${fields.join(', ')} };

// Everything that a call has to pass is real: mutual TLS, tokens, and the policy with the rules of the access graph.
beforeAll(async () => {
  const service = create${pascal}Service(${parts.length > 0 ? `{ ${parts.join(', ')} }` : ''});
  server = await startTestService({
    name: '${name}',
    policy: { wasm: policyWasm, data: policyData(accessGraph) },
    definition: ${definition},
    implementation: {
      ...service,
      ${call}: async (asked, context) => {
        runs += 1;
        return await service.${call}(asked, context);
      },
    },
    resources: ${camel}Resources,
  });
});

beforeEach(() => {
  runs = 0;
});

afterAll(() => server?.close());

test('${caller} may call for a user, and the decision is recorded', async () => {
  const client = await server.as('${caller}');
  await client.${call}(request, alice);
  expect(runs).toBe(1);
  expect((await server.records()).at(-1)).toMatchObject({
    allowed: true,
    method: ${definition}.${call}.path,
    token: { subject: 'alice' },
  });
});

test('${stranger} may not: the refusal is recorded, and no handler runs', async () => {
  const client = await server.as('${stranger}');
  await expect(client.${call}(request, alice)).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  expect(runs).toBe(0);
  expect((await server.records()).at(-1)).toMatchObject({
    allowed: false,
    reasons: expect.arrayContaining(['caller_not_allowed']),
  });
});

test('${caller} may not call for nobody', async () => {
  const client = await server.as('${caller}');
  await expect(client.${call}(request, nobody)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  expect(runs).toBe(0);
  expect((await server.records()).at(-1)).toMatchObject({ reasons: expect.arrayContaining(['token_missing']) });
});
`;
}
