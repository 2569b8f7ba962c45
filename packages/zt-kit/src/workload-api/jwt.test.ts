import type { SpiffeWorkloadAPIClient } from '@zt/proto/workload-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTestWorkloadApi, type TestWorkloadApi } from '../testing/workload-api-server.ts';
import { fetchJwtSvid, watchJwtBundles } from './jwt.ts';
import { createWorkloadApiClient } from './workload-api-client.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';

let agent: TestWorkloadApi;
let client: SpiffeWorkloadAPIClient;

beforeEach(async () => {
  agent = await startTestWorkloadApi();
  client = createWorkloadApiClient(agent.socket);
});

afterEach(async () => {
  client.close();
  await agent.close();
});

test('a JWT-SVID is asked for by its audiences', async () => {
  agent.giveJwtSvid({ svids: [{ spiffeId: order, svid: 'header.claims.signature', hint: '' }] });
  const svid = await fetchJwtSvid(client, ['vault', 'ledger']);
  expect(svid).toMatchObject({ spiffeId: { uri: order }, token: 'header.claims.signature' });
  expect(agent.asked).toEqual([{ audience: ['vault', 'ledger'], spiffeId: '' }]);
});

test.each([
  ['an empty answer', { svids: [] }],
  ['an id that is none', { svids: [{ spiffeId: 'order', svid: 'a.b.c', hint: '' }] }],
])('%s is no JWT-SVID', async (_what, answer) => {
  agent.giveJwtSvid(answer);
  await expect(fetchJwtSvid(client, ['vault'])).rejects.toMatchObject({ reason: 'identity_unavailable' });
});

test('a workload that nobody registered gets no JWT-SVID', async () => {
  await expect(fetchJwtSvid(client, ['vault'])).rejects.toMatchObject({
    reason: 'identity_unavailable',
    cause: { details: 'refused by the test' },
  });
});

test("the keys of each trust domain are followed, through an agent's restart too", async () => {
  const seen: ReadonlyMap<string, string>[] = [];
  const stop = new AbortController();
  agent.sendJwtBundles({ bundles: { 'spiffe://zt.example': Buffer.from('{"keys":[]}') } });
  const watching = watchJwtBundles(client, (keySets) => seen.push(keySets), stop.signal);
  await vi.waitUntil(() => seen.length === 1);
  agent.interrupt();
  await vi.waitUntil(() => seen.length === 2);
  agent.sendJwtBundles({ bundles: { 'spiffe://zt.example': Buffer.from('{"keys":[1]}') } });
  await vi.waitUntil(() => seen.length === 3);
  expect(seen.map((keySets) => keySets.get('zt.example'))).toEqual(['{"keys":[]}', '{"keys":[]}', '{"keys":[1]}']);
  stop.abort();
  await watching;
});
