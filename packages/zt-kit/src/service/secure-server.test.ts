import { type Client, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpaAuthorizer } from '../authz/opa-authorizer.ts';
import type { Reason } from '../errors.ts';
import {
  callEcho,
  type EchoServer,
  gateway,
  inventory,
  type Kind,
  kinds,
  openEchoClient,
  startEchoServer,
} from '../testing/echo-server.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';

let echo: EchoServer;
let asGateway: Client;
let asInventory: Client;

beforeAll(async () => {
  echo = await startEchoServer();
  asGateway = openEchoClient(createFixedX509Source(await echo.snapshotOf(gateway)), echo.address);
  asInventory = openEchoClient(createFixedX509Source(await echo.snapshotOf(inventory)), echo.address);
});

afterAll(async () => {
  asGateway.close();
  asInventory.close();
  await echo.close();
});

function metadataWith(token: string | null): Metadata {
  const metadata = new Metadata();
  if (token !== null) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

interface Refused {
  readonly code: status;
  readonly reasons: readonly Reason[];
}

/** Makes the call and holds it against all that a refusal has to be. */
async function expectRefusal(call: () => Promise<unknown>, expected: Refused): Promise<void> {
  const runsBefore = echo.runs();
  const error = (await call().then(
    () => expect.fail('the call went through'),
    (refusal: unknown) => refusal,
  )) as ServiceError;
  expect(status[error.code]).toBe(status[expected.code]);
  const decisionId = String(error.metadata.get('zt-decision-id')[0]);
  const record = (await echo.records()).find((candidate) => candidate.decisionId === decisionId);
  expect(record?.reasons).toEqual(expected.reasons);
  expect(record?.allowed).toBe(false);
  for (const reason of expected.reasons) expect(error.details).not.toContain(reason);
  expect(echo.runs()).toBe(runsBefore);
}

describe.each(kinds)('a call of the kind %s', (kind: Kind) => {
  test('is served where everything is right, and recorded before its handler runs', async () => {
    const before = (await echo.records()).length;
    const texts = await callEcho(asGateway, kind, metadataWith(await echo.token()), {});
    expect(texts[0]).toBe('hello');
    const record = (await echo.records())[before];
    expect(record).toMatchObject({
      allowed: true,
      reasons: [],
      peer: { spiffeId: gateway },
      token: { subject: 'alice', chain: [gateway] },
    });
  });

  test('is refused without a token', async () => {
    await expectRefusal(() => callEcho(asGateway, kind, metadataWith(null), {}), {
      code: status.UNAUTHENTICATED,
      reasons: ['token_missing'],
    });
  });

  test("is refused with a workload's good SVID that has no edge to the method", async () => {
    await expectRefusal(() => callEcho(asInventory, kind, metadataWith(null), {}), {
      code: status.PERMISSION_DENIED,
      reasons: ['caller_not_allowed', 'token_missing'],
    });
  });

  test('is refused with a token that was made for another workload', async () => {
    const token = await echo.token({ act: { sub: inventory } });
    await expectRefusal(() => callEcho(asGateway, kind, metadataWith(token), {}), {
      code: status.UNAUTHENTICATED,
      reasons: ['token_actor_mismatch'],
    });
  });

  test('is refused with a token for another audience', async () => {
    const token = await echo.token({ aud: inventory });
    await expectRefusal(() => callEcho(asGateway, kind, metadataWith(token), {}), {
      code: status.UNAUTHENTICATED,
      reasons: ['token_audience_wrong'],
    });
  });

  test('is refused where the scope is missing and the user is blocked, and both are recorded', async () => {
    const token = await echo.token({ scope: 'other:read', sub: 'mallory' });
    await expectRefusal(() => callEcho(asGateway, kind, metadataWith(token), {}), {
      code: status.PERMISSION_DENIED,
      reasons: ['scope_missing', 'user_blocked'],
    });
  });

  test('is refused where the session has ended, or nobody has said for too long whether it has', async () => {
    const ended = metadataWith(await echo.token({ sid: 'ended' }));
    await expectRefusal(() => callEcho(asGateway, kind, ended, {}), {
      code: status.UNAUTHENTICATED,
      reasons: ['session_ended'],
    });
    const unknown = metadataWith(await echo.token({ sid: 'unknown' }));
    await expectRefusal(() => callEcho(asGateway, kind, unknown, {}), {
      code: status.UNAVAILABLE,
      reasons: ['session_state_unknown'],
    });
  });

  test("is refused with the caller's own token, where a user is asked for", async () => {
    const own = await echo.token({ sub: gateway, roles: undefined, sid: undefined, act: undefined });
    await expectRefusal(() => callEcho(asGateway, kind, metadataWith(own), {}), {
      code: status.PERMISSION_DENIED,
      reasons: ['user_required'],
    });
  });
});

test.each(['unary', 'serverStream'] as const)(
  'a %s call over the limit is refused for who lacks the role',
  async (kind) => {
    const amount = { amount_minor_units: 1_000_000 };
    const asAlice = metadataWith(await echo.token());
    await expectRefusal(() => callEcho(asGateway, kind, asAlice, amount), {
      code: status.PERMISSION_DENIED,
      reasons: ['amount_over_limit'],
    });
    const asFinance = metadataWith(await echo.token({ roles: ['finance'] }));
    await expect(callEcho(asGateway, kind, asFinance, amount)).resolves.toContain('hello');
  },
);

test('a token under another scheme counts as none', async () => {
  const metadata = new Metadata();
  metadata.set('authorization', `Basic ${await echo.token()}`);
  await expectRefusal(() => callEcho(asGateway, 'unary', metadata, {}), {
    code: status.UNAUTHENTICATED,
    reasons: ['token_missing'],
  });
});

test.each(kinds)('a control that refuses inside the handler of a %s call is recorded too', async (kind) => {
  const error = (await callEcho(asGateway, kind, metadataWith(await echo.token()), { text: 'refuse' }).then(
    () => expect.fail('the call went through'),
    (refusal: unknown) => refusal,
  )) as ServiceError;
  expect(status[error.code]).toBe('UNAUTHENTICATED');
  const decisionId = String(error.metadata.get('zt-decision-id')[0]);
  const record = (await echo.records()).find((candidate) => candidate.decisionId === decisionId);
  expect(record).toMatchObject({ allowed: false, reasons: ['session_ended'], token: { subject: 'alice' } });
});

test.each(kinds)('a handler of a %s call that fails tells nothing of how', async (kind) => {
  const call = callEcho(asGateway, kind, metadataWith(await echo.token()), { text: 'fail' });
  await expect(call).rejects.toMatchObject({ code: status.INTERNAL, details: 'The service failed.' });
});

test('a message over the size limit never reaches the handler', async () => {
  const runsBefore = echo.runs();
  const metadata = metadataWith(await echo.token());
  const call = callEcho(asGateway, 'unary', metadata, { text: 'x'.repeat(2 * 1024 * 1024) });
  await expect(call).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(echo.runs()).toBe(runsBefore);
});

test('a server does not start while one of its methods has no rule', async () => {
  const { createSecureServer } = await import('./secure-server.ts');
  const { EchoService, createEcho, echoPolicy } = await import('../testing/echo-service.ts');
  const { readFile } = await import('node:fs/promises');
  const wasm = new Uint8Array(await readFile(new URL('../../../policy/policy.wasm', import.meta.url)));
  const data = echoPolicy(gateway, inventory);
  const { [EchoService.unary.path]: _left, ...methods } = data.graph.methods;
  const authorizer = await createOpaAuthorizer({ wasm, data: { graph: { ...data.graph, methods } } });
  const decisions = { decide: () => expect.fail(), refuse: () => expect.fail(), recordHandshake: async () => {} };
  const server = createSecureServer({ source: echo.source, authorizePeer: () => {}, authorizer, decisions });
  expect(() => server.serve(EchoService, createEcho())).toThrow('/zt.test.v1.EchoService/Unary');
});
