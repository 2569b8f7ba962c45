import { status } from '@grpc/grpc-js';
import type { SpiffeWorkloadAPIClient } from '@zt/proto/workload-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkloadApiClient } from '../../workload-api/workload-api-client.ts';
import { createTestTokenIssuer } from '../token-issuer.ts';
import { createDevelopmentAuthority, type DevelopmentIdentity } from './development-authority.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';
import { fetchJwtSvids, validateJwtSvid } from './unary-calls.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';

let server: TestServer;
let client: SpiffeWorkloadAPIClient | undefined;

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  client?.close();
  client = undefined;
  await server.close();
});

async function clientOf(
  workload: string,
  identities: readonly DevelopmentIdentity[],
): Promise<SpiffeWorkloadAPIClient> {
  client = createWorkloadApiClient(await server.api.register(workload, identities));
  return client;
}

test('JWT-SVIDs are for all identities, or for the one that was asked for', async () => {
  const identities = [{ spiffeId: order }, { spiffeId: payment, hint: 'external' }];
  const client = await clientOf('both', identities);
  const all = await fetchJwtSvids(client, ['vault', '']);
  expect(all.svids.map(({ spiffeId, hint }) => [spiffeId, hint])).toEqual([
    [order, ''],
    [payment, 'external'],
  ]);
  const one = await fetchJwtSvids(client, ['vault'], payment);
  expect(one.svids.map(({ spiffeId }) => spiffeId)).toEqual([payment]);
});

test.each([
  ['no audience', [], '', status.INVALID_ARGUMENT, 'audience must be specified'],
  ['an empty audience', [''], '', status.INVALID_ARGUMENT, 'audience must be specified'],
  ['an id that is none', ['vault'], 'payment', status.INVALID_ARGUMENT, 'invalid requested SPIFFE ID'],
  ["somebody else's id", ['vault'], payment, status.PERMISSION_DENIED, 'no identity issued'],
])('JWT-SVIDs with %s are refused', async (_what, audience, spiffeId, code, details) => {
  await expect(fetchJwtSvids(await clientOf('order', [{ spiffeId: order }]), audience, spiffeId)).rejects.toMatchObject(
    { code, details },
  );
});

test('JWT-SVIDs are validated for one audience, and their claims are given back', async () => {
  const client = await clientOf('order', [{ spiffeId: order }]);
  const token = await server.authority.issueJwtSvid(payment, ['ledger', 'vault']);
  const { spiffeId, claims } = await validateJwtSvid(client, 'vault', token);
  expect(spiffeId).toBe(payment);
  expect(claims).toMatchObject({ sub: payment, aud: ['ledger', 'vault'], exp: expect.any(Number) });
  await expect(validateJwtSvid(client, 'order', token)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: 'unexpected "aud" claim value',
  });
});

test('JWT-SVIDs of a federated trust domain are validated with its keys only', async () => {
  const partner = await createDevelopmentAuthority({ trustDomain: 'partner.example', svidTtlSeconds: 60 });
  const client = await clientOf('order', [{ spiffeId: order }]);
  const token = await partner.issueJwtSvid('spiffe://partner.example/a', ['vault']);
  const unknown = { code: status.INVALID_ARGUMENT, details: expect.stringContaining('is known of trust domain') };
  await expect(validateJwtSvid(client, 'vault', token)).rejects.toMatchObject(unknown);
  server.authority.federate({ ...partner.bundle(), jwtKeys: server.authority.bundle().jwtKeys });
  await expect(validateJwtSvid(client, 'vault', token)).rejects.toMatchObject(unknown);
  server.authority.federate(partner.bundle());
  expect(await validateJwtSvid(client, 'vault', token)).toMatchObject({ spiffeId: 'spiffe://partner.example/a' });
});

const issuer = createTestTokenIssuer('test', 'JWT');
const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
const good = { sub: order, aud: 'vault', exp: inAnHour };
test.each([
  ['of another key', issuer.issue(good), 'no key'],
  ['without a key id', issuer.issue(good, { kid: undefined }), 'missing key id'],
  ['of another type', issuer.issue(good, { typ: 'at+jwt' }), 'not of type JWT'],
  ['with no subject', issuer.issue({ ...good, sub: undefined }), 'SPIFFE ID'],
  ['that is no token', 'a.b.c', 'Invalid'],
  ['that is empty', '', 'svid must be specified'],
])('JWT-SVIDs %s are refused', async (_what, token, details) => {
  await expect(validateJwtSvid(await clientOf('order', [{ spiffeId: order }]), 'vault', token)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining(details),
  });
});

test('JWT-SVIDs past their end are refused, by the clock of the authority', async () => {
  const client = await clientOf('order', [{ spiffeId: order }]);
  const token = await server.authority.issueJwtSvid(order, ['vault']);
  server.authority.skewClock(301_000);
  await expect(validateJwtSvid(client, 'vault', token)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: '"exp" claim timestamp check failed',
  });
  await expect(validateJwtSvid(client, '', token)).rejects.toMatchObject({ details: 'audience must be specified' });
});
