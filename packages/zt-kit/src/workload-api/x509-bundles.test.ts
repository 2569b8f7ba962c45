import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrustBundle } from '../identity/trust-bundle.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { startTestWorkloadApi, type TestWorkloadApi } from '../testing/workload-api-server.ts';
import { createWorkloadApiClient } from './workload-api-client.ts';
import { watchX509Bundles } from './x509-bundles.ts';

const home = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');

let agent: TestWorkloadApi;

beforeEach(async () => {
  agent = await startTestWorkloadApi();
});

afterEach(() => agent.close());

test('the bundles of all trust domains are followed, and a message that cannot be used changes nothing', async () => {
  const client = createWorkloadApiClient(agent.socket);
  const seen: ReadonlyMap<string, TrustBundle>[] = [];
  const stop = new AbortController();
  const watching = watchX509Bundles(client, (bundles) => seen.push(bundles), stop.signal);
  agent.sendX509Bundles({ crl: [], bundles: { 'spiffe://zt.example': home.bundleDer } });
  await vi.waitUntil(() => seen.length === 1, { timeout: 5_000 });
  const authorities = seen[0]?.get('zt.example')?.x509Authorities.map(({ fingerprint256 }) => fingerprint256);
  expect(authorities).toEqual(home.bundle.x509Authorities.map(({ fingerprint256 }) => fingerprint256));

  agent.sendX509Bundles({ crl: [], bundles: { 'spiffe://zt.example': Buffer.from('not a bundle') } });
  agent.sendX509Bundles({
    crl: [],
    bundles: { 'spiffe://zt.example': home.bundleDer, 'spiffe://partner.example': partner.bundleDer },
  });
  await vi.waitUntil(() => seen.length === 2, { timeout: 5_000 });
  expect([...(seen[1]?.keys() ?? [])].toSorted()).toEqual(['partner.example', 'zt.example']);
  stop.abort();
  await watching;
  client.close();
});
