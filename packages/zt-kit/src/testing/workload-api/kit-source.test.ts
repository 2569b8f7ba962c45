import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWorkloadX509Source, type WorkloadX509Source } from '../../workload-api/workload-x509-source.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const patient = { timeout: 10_000 };

let server: TestServer;
let source: WorkloadX509Source | undefined;

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  source?.close();
  await server.close();
});

test("the kit's own source lives through all of it", async () => {
  const lost: string[] = [];
  source = await createWorkloadX509Source({
    socket: await server.api.register('order', [{ spiffeId: order }]),
    log: (event) => event.event === 'agent_lost' && lost.push(event.detail),
    startTimeoutMs: 5_000,
  });
  const kept = source;
  const serial = (): string => kept.current().svid.serialNumber;
  const next = async (act: () => Promise<unknown>): Promise<void> => {
    const before = serial();
    await act();
    await vi.waitUntil(() => serial() !== before, patient);
  };
  await next(() => server.api.rotate());
  await next(async () => {
    for (const step of ['prepare', 'activate', 'taint', 'revoke'] as const) await server.authority[step]();
  });
  server.api.halfAMessage();
  await vi.waitUntil(() => lost.some((detail) => detail.includes('parsing error')), patient);
  await next(async () => {
    await server.api.mend();
    await server.api.rotate();
  });
  await next(async () => {
    await server.api.stop();
    await server.api.rotate();
    await server.api.start();
  });
  expect(kept.current().svid.spiffeId.uri).toBe(order);
});
