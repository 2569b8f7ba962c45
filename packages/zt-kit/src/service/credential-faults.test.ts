import { type Client, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PolicyData } from '../authz/policy-data.ts';
import type { Reason } from '../errors.ts';
import {
  callEcho,
  type EchoServer,
  gateway,
  inventory,
  kinds,
  openEchoClient,
  order,
  startEchoServer,
} from '../testing/echo-server.ts';
import { echoPolicy } from '../testing/echo-service.ts';
import { createFixedX509Source } from '../testing/fixed-source.ts';
import { refusedCall } from '../testing/refused-call.ts';
import { compact, encrypted, macced, publicKeyTexts, reclaimed, respelled } from '../testing/token-forgeries.ts';

const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const chain = { sub: inventory, act: { sub: gateway } };

/** Users come in at the gateway, which calls inventory, which calls order: a chain of two can be wrong in many ways. */
const longerWay: PolicyData = {
  graph: {
    ...echoPolicy(order, inventory).graph,
    entry_points: [gateway],
    edges: { [order]: [inventory], [inventory]: [gateway] },
  },
};

let echo: EchoServer;
const clients = new Map<string, Client>();

beforeAll(async () => {
  echo = await startEchoServer({ policy: longerWay });
  for (const caller of [inventory, gateway]) {
    clients.set(caller, openEchoClient(createFixedX509Source(await echo.snapshotOf(caller)), echo.address));
  }
});

afterAll(async () => {
  for (const client of clients.values()) client.close();
  await echo.close();
});

type Headers = Readonly<Record<string, string>>;

function metadataOf(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
  return metadata;
}

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const seconds = () => Math.floor(Date.now() / 1000);

/** The token that each fault is made of: it lets inventory in. */
const good = (changes: object = {}, header: object = {}) => echo.token({ act: chain, ...changes }, { ...header });
const withToken =
  (changes: object, header: object = {}) =>
  async () =>
    bearer(await good(changes, header));
const forged = (forge: (token: string) => string | Promise<string>) => async () => bearer(await forge(await good()));
const claimsOf = (token: string): object =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as object;

/** A token whose claims and key id are right, and whose secret is the public key in each way of writing it. */
const underPublicKey = (way: number) =>
  forged((token) => {
    const kid = echo.issuer.jwks.keys[0]?.kid;
    const secret = publicKeyTexts(echo.issuer)[way] ?? expect.fail();
    return macced({ typ: 'obo+jwt', kid }, claimsOf(token), secret);
  });

interface Fault {
  readonly headers: () => Promise<Headers>;
  readonly reasons: readonly [Reason, ...Reason[]];
  /** Whose SVID; inventory's, which may call, where it is not said. */
  readonly caller?: string;
}

const tokenMissing = ['token_missing'] as const;
const malformed = ['token_malformed'] as const;
const unsigned = ['token_signature_invalid'] as const;
const ofAnother = ['token_actor_mismatch'] as const;

const faults: Readonly<Record<string, Fault>> = {
  'no token': { headers: async () => ({}), reasons: tokenMissing },
  'a token under another scheme': {
    headers: async () => ({ authorization: `Basic ${await good()}` }),
    reasons: tokenMissing,
  },
  'two tokens, each of them good': {
    headers: async () => ({ authorization: `Bearer ${await good()}, Bearer ${await good()}` }),
    reasons: tokenMissing,
  },
  ...Object.fromEntries(
    ['x-authorization', 'proxy-authorization', 'token', 'cookie', 'grpc-authorization'].map((key) => [
      `its token in the header ${key}`,
      { headers: async () => ({ [key]: `Bearer ${await good()}` }), reasons: tokenMissing },
    ]),
  ),
  'a user in plain headers': {
    headers: async () => ({ 'x-user': 'alice', user: 'alice', 'x-forwarded-user': 'alice', roles: 'finance' }),
    reasons: tokenMissing,
  },
  "another workload's SVID, which has no edge": {
    caller: gateway,
    headers: withToken({ act: { sub: gateway } }),
    reasons: ['caller_not_allowed'],
  },
  'the name of the right workload in plain headers': {
    caller: gateway,
    headers: async () => ({
      ...bearer(await good()),
      'x-forwarded-client-cert': `URI=${inventory}`,
      'x-spiffe-id': inventory,
      'x-peer': inventory,
    }),
    reasons: ['caller_not_allowed', 'token_actor_mismatch'],
  },
  'the token of another workload': { headers: withToken({ act: { sub: payment, act: chain } }), reasons: ofAnother },
  'the token that its caller had': {
    headers: withToken({ aud: inventory, act: { sub: gateway } }),
    reasons: ['token_audience_wrong'],
  },
  'a token for another audience': { headers: withToken({ aud: payment }), reasons: ['token_audience_wrong'] },
  'a token for a list of audiences': { headers: withToken({ aud: [order] }), reasons: ['token_audience_wrong'] },
  'a token for nobody': { headers: withToken({ aud: undefined }), reasons: ['token_audience_wrong'] },
  'a token that names another issuer': {
    headers: withToken({ iss: 'https://localhost:8443' }),
    reasons: ['token_issuer_wrong'],
  },
  "a user's own access token": {
    headers: withToken({ act: undefined }, { typ: 'at+jwt' }),
    reasons: ['token_type_wrong'],
  },
  'a token that does not say what it is': { headers: withToken({}, { typ: undefined }), reasons: ['token_type_wrong'] },
  'an unsigned token': {
    headers: forged((token) => compact({ alg: 'none', typ: 'obo+jwt' }, claimsOf(token), Buffer.alloc(0))),
    reasons: malformed,
  },
  'a token that is said to be unsigned': {
    headers: withToken({}, { alg: 'none' }),
    reasons: ['token_algorithm_not_allowed'],
  },
  ...Object.fromEntries(
    ['PEM', 'DER', 'a JWK', 'a coordinate'].map((name, way) => [
      `a token under the public key as ${name}`,
      { headers: underPublicKey(way), reasons: ['token_algorithm_not_allowed'] } satisfies Fault,
    ]),
  ),
  'no key id': { headers: withToken({}, { kid: undefined }), reasons: malformed },
  'a key id that is a list': { headers: withToken({}, { kid: ['a'] }), reasons: malformed },
  'a key id of nobody': { headers: withToken({}, { kid: '../../etc/keys' }), reasons: unsigned },
  'a key that comes along': {
    headers: async () => bearer(await good({}, { jwk: echo.issuer.jwks.keys[0] })),
    reasons: malformed,
  },
  'the address of a key': { headers: withToken({}, { jku: 'https://localhost/keys' }), reasons: malformed },
  'a critical header that nobody knows': { headers: withToken({}, { crit: ['b64'], b64: true }), reasons: malformed },
  'a signature in another spelling': { headers: forged(respelled), reasons: malformed },
  'a signature that was taken away': { headers: forged((token) => token.replace(/[^.]+$/, '')), reasons: malformed },
  "another token's signature": {
    headers: async () => bearer((await good()).replace(/[^.]+$/, (await good({ sub: 'bob' })).split('.')[2] ?? '')),
    reasons: unsigned,
  },
  'a scope that was widened': {
    headers: forged((token) => reclaimed(token, { scope: 'echo:write echo:all' })),
    reasons: unsigned,
  },
  'roles that were added': { headers: forged((token) => reclaimed(token, { roles: ['finance'] })), reasons: unsigned },
  'a life that was made longer': {
    headers: forged((token) => reclaimed(token, { exp: seconds() + 50 })),
    reasons: unsigned,
  },
  'a token within a signed one': {
    headers: forged((token) =>
      echo.issuer.signText(
        JSON.stringify({ alg: 'ES256', typ: 'obo+jwt', cty: 'JWT', kid: echo.issuer.jwks.keys[0]?.kid }),
        token,
      ),
    ),
    reasons: malformed,
  },
  'a token within an encrypted one': { headers: forged((token) => encrypted(echo.issuer, token)), reasons: malformed },
  'a token of 9 KiB': { headers: withToken({ filler: 'x'.repeat(6_900) }), reasons: malformed },
  'a token that has ended a second ago': {
    headers: async () => bearer(await good({ iat: seconds() - 31, exp: seconds() - 1 })),
    reasons: ['token_expired'],
  },
  'a token of the future': {
    headers: async () => bearer(await good({ iat: seconds() + 30, exp: seconds() + 60 })),
    reasons: ['token_not_yet_valid'],
  },
  'a token that lives for an hour': {
    headers: async () => bearer(await good({ exp: seconds() + 3_600 })),
    reasons: malformed,
  },
  'no chain': { headers: withToken({ act: undefined }), reasons: malformed },
  'a chain without its beginning': { headers: withToken({ act: { sub: inventory } }), reasons: ['chain_not_allowed'] },
  'a chain the other way round': {
    headers: withToken({ act: { sub: gateway, act: { sub: inventory } } }),
    reasons: ofAnother,
  },
  'a chain with another in its middle': {
    headers: withToken({ act: { sub: inventory, act: { sub: payment, act: { sub: gateway } } } }),
    reasons: ['chain_not_allowed'],
  },
  'a chain that goes round': {
    headers: withToken({ act: { sub: inventory, act: { sub: gateway, act: chain } } }),
    reasons: ['chain_not_allowed'],
  },
  'a chain of nine': {
    headers: withToken({
      act: Array.from({ length: 8 }).reduce<object>((act) => ({ sub: inventory, act }), { sub: gateway }),
    }),
    reasons: malformed,
  },
  'a chain that says more than names': { headers: withToken({ act: { ...chain, iss: 'me' } }), reasons: malformed },
  'a token in its own name': {
    headers: withToken({ sub: inventory, roles: undefined, sid: undefined, act: undefined }),
    reasons: ['user_required'],
  },
  'a token without the scope': { headers: withToken({ scope: 'echo:read' }), reasons: ['scope_missing'] },
  'a token of a session that has ended': { headers: withToken({ sid: 'ended' }), reasons: ['session_ended'] },
  'a token of a session of which nothing is known': {
    headers: withToken({ sid: 'unknown' }),
    reasons: ['session_state_unknown'],
  },
  'a blocked user and a scope that is missing': {
    headers: withToken({ sub: 'mallory', scope: 'echo:read' }),
    reasons: ['scope_missing', 'user_blocked'],
  },
};

/** For each status one sentence and nothing else, whichever check it was. */
const told: Readonly<Partial<Record<keyof typeof status, string>>> = {
  UNAUTHENTICATED: 'The caller could not be verified. Decision ….',
  PERMISSION_DENIED: 'The call is not allowed. Decision ….',
  UNAVAILABLE: 'The service cannot decide at the moment. Decision ….',
};

/** A call that is unavailable is made once more. */
const ofEveryAnswer = ['content-type', 'date', 'grpc-previous-rpc-attempts'];

function codeOf([reason]: Fault['reasons']): keyof typeof told {
  if (reason === 'session_state_unknown') return 'UNAVAILABLE';
  return reason.startsWith('token_') || reason === 'session_ended' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
}

describe.each(kinds)('a call of the kind %s', (kind) => {
  test('is served with the SVID and the token that all faults are made of', async () => {
    const client = clients.get(inventory) ?? expect.fail();
    expect((await callEcho(client, kind, metadataOf(bearer(await good())), {}))[0]).toBe('hello');
  });

  test.each(Object.entries(faults))('is refused with %s', async (_what, { headers, reasons, caller = inventory }) => {
    const client = clients.get(caller) ?? expect.fail();
    const metadata = metadataOf(await headers());
    const refused = await refusedCall(echo, () => callEcho(client, kind, metadata, {}));
    const code = codeOf(reasons);
    expect(status[refused.error.code]).toBe(code);
    expect(refused.record).toMatchObject({ kind: 'call', allowed: false, reasons, peer: { spiffeId: caller } });
    expect(refused.hasRun).toBe(false);
    expect(refused.told).toBe(told[code]);
    const keys = Object.keys(refused.error.metadata.getMap()).filter((key) => !ofEveryAnswer.includes(key));
    expect(keys).toEqual(['zt-decision-id']);
  });
});
