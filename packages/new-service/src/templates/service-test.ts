import { calleesByService, type ServicePlan } from '../service-plan.ts';

/** `apps/shipping/src/shipping-service.test.ts`: what it does with a call that was let through. */
export function serviceTest(plan: ServicePlan): string {
  return plan.database ? keepingTest(plan) : answeringTest(plan);
}

function keepingTest(plan: ServicePlan): string {
  const { names, callees } = plan;
  const { name, pascal, camel, table } = names;
  const calls = callees.length > 0;
  return `${calls ? "import { status } from '@grpc/grpc-js';\n" : ''}\
import { accessGraph, postgresSetup } from '@zt/access-graph';
${calls ? "import { CallError } from '@zt/kit/service';\n" : ''}\
import { createTestCallContext, startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { create${pascal}Service } from './${name}-service.ts';
import { create${pascal}Store } from './${name}-store.ts';
${calls ? "import { createOtherServices, questions } from './testing/other-services.ts';\n" : ''}
let database: TestDatabase;
let service: ReturnType<typeof create${pascal}Service>;
${calls ? 'let others: ReturnType<typeof createOtherServices>;\n' : ''}\
const alice = createTestCallContext('alice');
const now = new Date('2026-03-01T12:00:00.000Z');
const id = '${name}-0001';
const request = { ${camel}Id: id${calls ? ', ...questions' : ''} };

// A real Postgres, under the service's own migrations and the access graph's grants.
beforeAll(async () => {
  database = await startTestDatabase({
    name: '${name}',
    migrations: new URL('../migrations/', import.meta.url),
    setup: postgresSetup(accessGraph, '${name}'),
  });
}, 60_000);

beforeEach(async () => {
  await database.asOwner('delete from ${table}');
${calls ? '  others = createOtherServices();\n' : ''}\
  service = create${pascal}Service({
    store: create${pascal}Store(database),
${calls ? '    downstream: others.downstream,\n' : ''}\
    now: () => now,
  });
});

afterAll(() => database?.close());

test('what a user created is there for that user', async () => {
  await service.create${pascal}(request, alice);
  await expect(service.get${pascal}({ ${camel}Id: id }, alice)).resolves.toEqual({
    ${camel}: { ${camel}Id: id, userId: 'alice', createdAt: now },
  });
});

test('the same id again gives the first answer again', async () => {
  const first = await service.create${pascal}(request, alice);
  await expect(service.create${pascal}(request, alice)).resolves.toEqual(first);
});

test("somebody else's does not exist, and its id is free", async () => {
  const bob = createTestCallContext('bob');
  await service.create${pascal}(request, alice);
  await expect(service.get${pascal}({ ${camel}Id: id }, bob)).rejects.toMatchObject({ refusal: 'not_found' });
  await expect(service.create${pascal}(request, bob)).resolves.toMatchObject({ ${camel}: { userId: 'bob' } });
});

test('nothing is created on behalf of nobody', async () => {
  const nobody = createTestCallContext(null);
  await expect(service.create${pascal}(request, nobody)).rejects.toMatchObject({ reason: 'user_required' });
});
${calls ? callingTests(plan, `create${pascal}`, keptNothing(plan)) : ''}`;
}

function keptNothing({ names: { pascal, camel } }: ServicePlan): string {
  return `  await expect(service.get${pascal}({ ${camel}Id: id }, alice)).rejects.toMatchObject({ refusal: 'not_found' });\n`;
}

function callingTests(plan: ServicePlan, method: string, after: string): string {
  const services = [...calleesByService(plan).keys()];
  const asked = plan.callees.map(({ service }) => `'${service} for alice'`).join(', ');
  const keeps = plan.database ? ', and nothing is kept' : '';
  const [first] = plan.callees;
  return `
test('${listOf(services)} ${services.length === 1 ? 'is' : 'are'} asked for the same user', async () => {
  await service.${method}(request, alice);
  expect(others.asked).toEqual([${asked}]);
});

test('what another service refuses is refused with its sentence${keeps}', async () => {
  others.failure = new CallError('call', status.NOT_FOUND, 'There is no such thing.');
  await expect(service.${method}(request, alice)).rejects.toMatchObject({
    refusal: 'not_found',
    message: 'There is no such thing.',
  });
${after}\
});

test('a request that leaves out what ${first?.service} is asked is invalid', async () => {
  const incomplete = { ...request, ${first?.field.camel}: undefined };
  await expect(service.${method}(incomplete, alice)).rejects.toMatchObject({ refusal: 'invalid' });
  expect(others.asked).toEqual([]);
});
`;
}

function answeringTest(plan: ServicePlan): string {
  const { names, callees } = plan;
  const { name, pascal } = names;
  const calls = callees.length > 0;
  const make = calls ? `create${pascal}Service({ downstream: others.downstream })` : `create${pascal}Service()`;
  return `${calls ? "import { status } from '@grpc/grpc-js';\nimport { CallError } from '@zt/kit/service';\n" : ''}\
import { createTestCallContext } from '@zt/kit/testing';
import { ${calls ? 'beforeEach, ' : ''}expect, test } from 'vitest';
import { create${pascal}Service } from './${name}-service.ts';
${calls ? "import { createOtherServices, questions } from './testing/other-services.ts';\n" : ''}
${
  calls
    ? `let others: ReturnType<typeof createOtherServices>;
let service: ReturnType<typeof create${pascal}Service>;
const request = questions;
`
    : `const service = ${make};
const request = {};
`
}\
const alice = createTestCallContext('alice');
${
  calls
    ? `
beforeEach(() => {
  others = createOtherServices();
  service = ${make};
});
`
    : ''
}
test('the answer is for the user who asked', async () => {
  await expect(service.get${pascal}(request, alice)).resolves.toMatchObject({ userId: 'alice' });
});

test('nothing is answered on behalf of nobody', async () => {
  const nobody = createTestCallContext(null);
  await expect(service.get${pascal}(request, nobody)).rejects.toMatchObject({ reason: 'user_required' });
});
${calls ? callingTests(plan, `get${pascal}`, '') : ''}`;
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
