import { type Client, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOpaAuthorizer } from '../authz/opa-authorizer.ts';
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
import { refusedCall } from '../testing/refused-call.ts';

let echo: EchoServer;
let asGateway: Client;

beforeAll(async () => {
  echo = await startEchoServer();
  asGateway = openEchoClient(createFixedX509Source(await echo.snapshotOf(gateway)), echo.address);
});

afterAll(async () => {
  asGateway.close();
  await echo.close();
});

function metadataWith(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
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
});

test.each(['unary', 'serverStream'] as const)(
  'a %s call over the limit is refused for who lacks the role',
  async (kind) => {
    const amount = { amount_minor_units: 1_000_000 };
    const asAlice = metadataWith(await echo.token());
    const refused = await refusedCall(echo, () => callEcho(asGateway, kind, asAlice, amount));
    expect(refused).toMatchObject({ error: { code: status.PERMISSION_DENIED }, hasRun: false });
    expect(refused.record).toMatchObject({ allowed: false, reasons: ['amount_over_limit'] });
    const asFinance = metadataWith(await echo.token({ roles: ['finance'] }));
    await expect(callEcho(asGateway, kind, asFinance, amount)).resolves.toContain('hello');
  },
);

test.each(kinds)('a control that refuses inside the handler of a %s call is recorded too', async (kind) => {
  const metadata = metadataWith(await echo.token());
  const { error, record } = await refusedCall(echo, () => callEcho(asGateway, kind, metadata, { text: 'refuse' }));
  expect(status[error.code]).toBe('UNAUTHENTICATED');
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
