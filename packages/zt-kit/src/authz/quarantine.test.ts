import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AuditSpool } from '../audit/audit-spool.ts';
import type { DecisionRecord } from '../audit/decision-record.ts';
import type { PeerStanding } from '../delegation/peer-watch.ts';
import type { SessionStanding } from '../delegation/session-watch.ts';
import { createSigningKeySource } from '../delegation/signing-keys.ts';
import { createTokenVerifier } from '../delegation/verify-token.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import { parseSpiffeId } from '../identity/spiffe-id.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { EchoService, echoPolicy } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createDecisions, RefusedCall } from './decisions.ts';
import { createOpaAuthorizer } from './opa-authorizer.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));
const idOf = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;
const [payment, order, gateway] = [idOf('payment'), idOf('order'), idOf('gateway')];
const authority = await createTestCertificateAuthority('zt.example');
const source = createFixedX509Source(
  createIdentitySnapshot(await authority.issueSvid({ spiffeId: payment }), [authority.bundle]),
);
const issuer = createTestTokenIssuer(idOf('identity'), 'obo+jwt');
const policy = echoPolicy(payment, order);
const data = {
  graph: { ...policy.graph, entry_points: [gateway], edges: { [payment]: [order], [order]: [gateway] } },
};

/** What comes of order's call, for alice who came by the gateway. */
async function decide(standings: Readonly<Record<string, PeerStanding>>, session: SessionStanding = 'active') {
  const records: DecisionRecord[] = [];
  const spool: AuditSpool = { append: async (record) => void records.push(record), close: async () => {} };
  const decisions = createDecisions({
    source,
    service: payment,
    authorizer: await createOpaAuthorizer({ wasm, data }),
    tokens: createTokenVerifier({
      type: 'obo+jwt',
      issuer: issuer.issuer,
      audience: payment,
      keys: createSigningKeySource({ fetchKeys: async () => issuer.jwks }),
    }),
    sessions: { stateOf: () => session },
    peers: { standingOf: (spiffeId) => standings[spiffeId] ?? 'trusted' },
    spool,
    database: () => null,
  });
  const seconds = Math.floor(Date.now() / 1000);
  const act = { sub: order, act: { sub: gateway } };
  const claims = { aud: payment, sub: 'alice', sid: 'session', scope: 'echo:write', iat: seconds, exp: seconds + 60 };
  const answer = await decisions
    .decide({
      method: EchoService.unary.path,
      bearerToken: issuer.issue({ ...claims, act }),
      peer: { spiffeId: parseSpiffeId(order), serialNumber: '01', notAfter: new Date('2040-01-01'), authority: '' },
      address: '127.0.0.1:1',
      userAgent: 'test',
      traceparent: null,
      resource: { amount_minor_units: 1 },
      deadline: new Date(Date.now() + 1_000),
      signal: AbortSignal.timeout(60_000),
    })
    .catch((error: unknown) => error);
  return { answer, record: records.at(-1) };
}

test('a call of a workload that is trusted goes through', async () => {
  expect((await decide({})).record).toMatchObject({ allowed: true, reasons: [] });
});

test('a call of a quarantined workload is refused, with a good token and along an edge, and is on record', async () => {
  const { answer, record } = await decide({ [order]: 'quarantined' });
  expect(answer).toBeInstanceOf(RefusedCall);
  expect(record).toMatchObject({
    allowed: false,
    reasons: ['peer_quarantined'],
    peer: { spiffeId: order },
    detail: `${order} is quarantined`,
  });
});

test('so is a call that came by way of one', async () => {
  const { record } = await decide({ [gateway]: 'quarantined' });
  expect(record).toMatchObject({ reasons: ['peer_quarantined'], detail: `${gateway} is quarantined` });
});

test('where nobody knows who is quarantined no call goes through, and that is one reason with what is not known of sessions', async () => {
  expect((await decide({ [order]: 'unknown' })).record?.reasons).toEqual(['peer_state_unknown']);
  expect((await decide({ [order]: 'unknown' }, 'unknown')).record?.reasons).toEqual(['session_state_unknown']);
  expect((await decide({ [order]: 'quarantined' }, 'ended')).record?.reasons).toEqual([
    'peer_quarantined',
    'session_ended',
  ]);
});

test('that the deciding service itself is quarantined says nothing of who calls it', async () => {
  expect((await decide({ [payment]: 'quarantined' })).record).toMatchObject({ allowed: true });
});
