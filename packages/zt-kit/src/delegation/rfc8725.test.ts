import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { CompactSign, exportJWK, generateKeyPair, generateSecret, type JWK } from 'jose';
import { expect, test } from 'vitest';
import { reasonOf } from '../testing/reason-of.ts';
import {
  compact,
  encrypted,
  macced,
  publicKeyTexts,
  reclaimed,
  resigned,
  respelled,
} from '../testing/token-forgeries.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { createNoticeVerifier } from './notice.ts';
import { claimsOfPosition } from './security-event.ts';
import { createSecurityEventReceiver, digestOfEvents } from './security-event-receiver.ts';
import { createSigningKeySource, type SigningAlgorithm } from './signing-keys.ts';
import type { ForeignUserIssuer } from './user-issuer.ts';
import { createUserTokenVerifier } from './user-tokens.ts';
import { createTokenVerifier, type VerifiedToken } from './verify-token.ts';

// JSON Web Token Best Current Practices: one test for each of its practices, by the section that has it. Each gives the
// verifier of this kit what a forger would, and what an honest issuer does, so that a refusal has no other cause.

const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const order = 'spiffe://zt.example/ns/shop/sa/order';
const login = 'https://login.example';
const now = new Date('2030-01-01T00:00:00Z');
const seconds = now.getTime() / 1000;

const issuer = createTestTokenIssuer(identity, 'obo+jwt');
const keyId = issuer.jwks.keys[0]?.kid ?? '';
const claims = {
  aud: order,
  sub: 'alice',
  roles: ['customer'],
  sid: 'session-1',
  scope: 'orders:write',
  iat: seconds - 10,
  exp: seconds + 50,
  act: { sub: gateway },
};
const header = { alg: 'ES256', typ: 'obo+jwt', kid: keyId };

const keysOf = (keys: readonly JWK[], algorithm: SigningAlgorithm = 'ES256') =>
  createSigningKeySource({ fetchKeys: async () => ({ keys: [...keys] }), algorithm });

const verifierWith = (keys: readonly JWK[]) =>
  createTokenVerifier({ type: 'obo+jwt', issuer: identity, audience: order, keys: keysOf(keys) });

const verifier = verifierWith(issuer.jwks.keys);
const verify = (token: string) => verifier.verify(token, { peer: gateway }, now);
const refusal = (token: string) => reasonOf(verify(token));

async function refusals(tokens: readonly string[]): Promise<readonly string[]> {
  return [...new Set(await Promise.all(tokens.map(refusal)))];
}

const foreign: ForeignUserIssuer = {
  kind: 'foreign',
  issuer: login,
  authorities: 'system',
  audience: order,
  otherAudiences: [],
  tokenTypes: ['JWT'],
  algorithm: 'RS256',
  longestLifeSeconds: 60,
  requiredClaims: {},
  tokenIdClaim: 'jti',
  sessionClaim: 'sid',
  roles: { claim: ['roles'], map: {} },
  scopes: { claim: 'scope' },
  session: { check: 'none-so-that-a-token-counts-until-it-expires' },
};

function signedRs256(key: KeyObject, kid: string): string {
  const said = { iss: login, jti: 'token-1', ...claims, act: undefined };
  const unsigned = compact({ alg: 'RS256', typ: 'JWT', kid }, said, Buffer.alloc(0)).slice(0, -1);
  return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
}

function verifyForeign(keys: readonly JWK[], token: string): Promise<VerifiedToken> {
  return createUserTokenVerifier(foreign, keysOf(keys, 'RS256')).verify(token, { audience: order }, now);
}

function rsaOf(modulusLength: number): { readonly key: KeyObject; readonly jwk: JWK } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { key: privateKey, jwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), kid: 'rsa', use: 'sig' } };
}

test('RFC 8725, section 3.1: the algorithm is the verifier’s to choose, and a key is for one algorithm only', async () => {
  await expect(verify(issuer.issue(claims))).resolves.toMatchObject({ subject: 'alice' });
  const said = { iss: identity, jti: 'token-1', ...claims };
  const macs = publicKeyTexts(issuer).map((text) => macced({ typ: 'obo+jwt', kid: keyId }, said, text));
  expect(await refusals(macs)).toEqual(['token_algorithm_not_allowed']);
  // The signature of each is good for ES256, which is not what its header says.
  const names = [undefined, null, '', 'es256', 'noNE', 'None', ['ES256'], { ES256: true }];
  expect(await refusals(names.map((alg) => issuer.issue(claims, { alg })))).toEqual(['token_algorithm_not_allowed']);

  const { key, jwk } = rsaOf(2048);
  await expect(verifyForeign([{ ...jwk, alg: 'RS256' }], signedRs256(key, 'rsa'))).resolves.toBeDefined();
  const good = { kid: 'other', alg: 'RS256' };
  for (const alg of ['RS512', 'PS256', 'RSA-OAEP']) {
    const keys = [
      { ...jwk, alg },
      { ...rsaOf(2048).jwk, ...good },
    ];
    expect(await reasonOf(verifyForeign(keys, signedRs256(key, 'rsa')))).toBe('token_signature_invalid');
  }
});

test('RFC 8725, section 3.2: of all algorithms that sign, one counts, though the issuer publishes keys for others', async () => {
  const names = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
  const said = JSON.stringify({ iss: identity, jti: 'token-1', ...claims });
  const tokenBy = (alg: string, key: Parameters<CompactSign['sign']>[0]) =>
    new CompactSign(Buffer.from(said)).setProtectedHeader({ alg, typ: 'obo+jwt', kid: alg }).sign(key);
  const pairs = await Promise.all(
    names.map(async (alg) => ({ alg, ...(await generateKeyPair(alg, { extractable: true })) })),
  );
  const published = await Promise.all(
    pairs.map(async ({ alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' })),
  );
  const many = verifierWith([...issuer.jwks.keys, ...published]);
  await expect(many.verify(issuer.issue(claims), { peer: gateway }, now)).resolves.toBeDefined();
  const tokens = await Promise.all([
    ...pairs.map(({ alg, privateKey }) => tokenBy(alg, privateKey)),
    ...['HS256', 'HS384', 'HS512'].map(async (alg) => tokenBy(alg, await generateSecret(alg))),
    issuer.issue(claims, { alg: 'none' }),
  ]);
  for (const token of tokens) {
    expect(await reasonOf(many.verify(token, { peer: gateway }, now))).toBe('token_algorithm_not_allowed');
  }
  expect(await refusal(compact({ alg: 'none', typ: 'obo+jwt' }, claims, Buffer.alloc(0)))).toBe('token_malformed');
});

test('RFC 8725, section 3.3: every signature is verified, and what holds another token is no token', async () => {
  const token = issuer.issue(claims);
  const [head = '', payload = '', signature = ''] = token.split('.');
  const flips = Array.from({ length: 512 }, (_, bit) =>
    resigned(token, (bytes) => {
      const index = bit >> 3;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    }),
  );
  const others = [reclaimed(token, { roles: ['finance'] }), `${issuer.issue({}).split('.')[0]}.${payload}.AAAA`];
  const swapped = `${head}.${payload}.${issuer.issue({ ...claims, sub: 'bob' }).split('.')[2]}`;
  expect(await refusals([...flips, ...others, swapped])).toEqual(['token_signature_invalid']);
  const nested = issuer.signText(JSON.stringify({ ...header, cty: 'JWT' }), token);
  const bare = [`${head}.${payload}.`, `${head}.${payload}`, `${head}..${signature}`];
  expect(await refusals([nested, await encrypted(issuer, token), ...bare])).toEqual(['token_malformed']);
  // JWS has a form in JSON as well (RFC 7515, section 7.2.2); this signature is good in it.
  const json = { protected: head, payload, signature };
  expect(await refusals([JSON.stringify(json), JSON.stringify({ token, ...json })])).toEqual(['token_malformed']);
});

test('RFC 8725, section 3.4: numbers and points that no signer makes are refused before they are reckoned with', async () => {
  const token = issuer.issue(claims);
  const order256 = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const [zero, one] = [Buffer.alloc(32), Buffer.alloc(32, 0).fill(1, 31)];
  const pairs = [zero, one, order256, Buffer.alloc(32, 0xff)];
  const strange = pairs.flatMap((r) => pairs.map((s) => resigned(token, () => Buffer.concat([r, s]))));
  const lengths = [1, 63, 65, 96].map((length) => resigned(token, (bytes) => Buffer.alloc(length, bytes)));
  const der = resigned(token, (bytes) => Buffer.concat([Buffer.from([0x30, 0x44, 2, 32]), bytes]));
  expect(await refusals([...strange, ...lengths, der])).toEqual(['token_signature_invalid']);
  expect(await refusals([respelled(token), `${token}=`, `${token}\n`])).toEqual(['token_malformed']);

  const [jwk] = issuer.jwks.keys;
  const { x: pointX = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const points = [
    { ...jwk, x: pointX },
    { ...jwk, x: zero.toString('base64url'), y: zero.toString('base64url') },
    { ...jwk, x: jwk?.x?.slice(4) },
  ];
  for (const point of points) {
    const reason = await reasonOf(verifierWith([point as JWK]).verify(token, { peer: gateway }, now));
    expect(reason).toBe('signing_keys_unavailable');
  }
  // Nobody agrees on a key here, so no point of a sender's is ever multiplied.
  const epk = { kty: 'EC', crv: 'P-256', x: pointX, y: jwk?.y };
  expect(await refusal(issuer.issue(claims, { alg: 'ECDH-ES', enc: 'A256GCM', epk }))).toBe(
    'token_algorithm_not_allowed',
  );
});

test('RFC 8725, section 3.5: no password is a key, and no key that is too short', async () => {
  const password = Buffer.from('correct horse battery staple');
  const published: JWK = { kty: 'oct', k: password.toString('base64url'), kid: 'password', alg: 'HS256', use: 'sig' };
  const guessed = macced({ typ: 'obo+jwt', kid: 'password' }, { iss: identity, jti: 'token-1', ...claims }, password);
  const both = verifierWith([published, ...issuer.jwks.keys]);
  expect(await reasonOf(both.verify(guessed, { peer: gateway }, now))).toBe('token_algorithm_not_allowed');
  const underIt = issuer.issue(claims, { kid: 'password' });
  expect(await reasonOf(both.verify(underIt, { peer: gateway }, now))).toBe('token_signature_invalid');
  await expect(both.verify(issuer.issue(claims), { peer: gateway }, now)).resolves.toBeDefined();

  const [short, long] = [rsaOf(1024), rsaOf(2048)];
  await expect(verifyForeign([long.jwk], signedRs256(long.key, 'rsa'))).resolves.toBeDefined();
  expect(await reasonOf(verifyForeign([short.jwk], signedRs256(short.key, 'rsa')))).toBe('token_signature_invalid');
});

test('RFC 8725, section 3.6: nothing is encrypted here, so nothing is compressed before: what was, is never inflated', async () => {
  const token = issuer.issue(claims);
  const inflated = { ...header, zip: 'DEF' };
  const deflated = issuer.signText(JSON.stringify(inflated), deflateRawSync(JSON.stringify(claims)));
  // A bomb that would be 4 MiB is within the 8 KiB that a token may have.
  const bomb = issuer.signText(JSON.stringify(inflated), deflateRawSync(Buffer.alloc(4 * 1024 * 1024, ' ')));
  expect(bomb.length).toBeLessThan(8 * 1024);
  const marked = issuer.issue(claims, { zip: 'DEF' });
  const nested = await encrypted(issuer, token, true);
  expect(await refusals([deflated, bomb, marked, nested])).toEqual(['token_malformed']);
});

test('RFC 8725, section 3.7: header and claims are UTF-8, and bytes in any other encoding are no token', async () => {
  const text = JSON.stringify({ iss: identity, jti: 'token-1', ...claims, sub: 'Zoë 🫖' });
  const head = JSON.stringify(header);
  await expect(verify(issuer.signText(head, text))).resolves.toMatchObject({ subject: 'Zoë 🫖' });
  const utf16 = (value: string) => Buffer.from(value, 'utf16le');
  const utf32 = (value: string) => Buffer.from(Uint32Array.from(value, (letter) => letter.codePointAt(0) ?? 0).buffer);
  const marked = (value: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(value)]);
  const encodings = [
    utf16,
    (value: string) => utf16(value).swap16(),
    (value: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(value)]),
    utf32,
    marked,
  ];
  const bytes = encodings.flatMap((encode) => [
    issuer.signText(head, encode(text)),
    issuer.signText(encode(head), text),
  ]);
  const [before = '', after = ''] = text.split('Zoë 🫖');
  // Latin-1; half of a character as CESU-8 has it; a slash in two bytes; a character that is cut off.
  const wrong = [[0xeb], [0xed, 0xa0, 0xbe], [0xc0, 0xaf], [0xf0, 0x9f, 0xab]].map((middle) =>
    issuer.signText(head, Buffer.concat([Buffer.from(before), Buffer.from(middle), Buffer.from(after)])),
  );
  expect(await refusals([...bytes, ...wrong])).toEqual(['token_malformed']);
});

test('RFC 8725, section 3.8: a key speaks for its own issuer only, and a subject is one of that issuer’s', async () => {
  const provider = createTestTokenIssuer('https://localhost:8443', 'obo+jwt');
  const namesake = createTestTokenIssuer(identity, 'obo+jwt');
  const forgers = [provider.issue({ ...claims, iss: identity }), namesake.issue(claims)];
  const borrowed = namesake.issue(claims, { kid: keyId });
  expect(await refusals([...forgers, borrowed])).toEqual(['token_signature_invalid']);
  const names = [
    provider.issuer,
    undefined,
    '',
    [identity],
    `${identity}/`,
    identity.toUpperCase(),
    `${identity}\u0000`,
  ];
  expect(await refusals(names.map((iss) => issuer.issue({ ...claims, iss })))).toEqual(['token_issuer_wrong']);

  // A workload is no user, a user no workload, and neither is nobody.
  const subjects = [order, 'SPIFFE://zt.example/x', undefined, '', 7, ['alice'], { name: 'alice' }];
  expect(await refusals(subjects.map((sub) => issuer.issue({ ...claims, sub })))).toEqual(['token_malformed']);
  const { sid: _sid, roles: _roles, act: _act, ...own } = claims;
  const selves = ['alice', 'https://zt.example', 'spiffe://zt.example', 'spiffe://zt.example/a/../b', undefined];
  expect(await refusals(selves.map((sub) => issuer.issue({ ...own, sub })))).toEqual(['token_malformed']);
  const { key, jwk } = rsaOf(2048);
  expect(await verifyForeign([jwk], signedRs256(key, 'rsa'))).toMatchObject({ subject: `${login}#alice` });
});

test('RFC 8725, section 3.9: a token is for one service, by its whole name, and for nobody where it does not say so', async () => {
  await expect(verify(issuer.issue(claims))).resolves.toMatchObject({ audience: order });
  const others = [gateway, `${order}2`, order.slice(0, -1), `${order}/`, order.toUpperCase(), `${order}\u0000`, ' '];
  const shapes = [undefined, null, '', [], [order], [order, gateway], { 0: order }, encodeURI(`${order} `)];
  const tokens = [...others, ...shapes].map((other) => issuer.issue({ ...claims, aud: other }));
  expect(await refusals(tokens)).toEqual(['token_audience_wrong']);
});

test('RFC 8725, section 3.10: a key id only chooses among keys at hand, and no address in a token is ever called', async () => {
  let calls = 0;
  const trap = createServer((_request, response) => {
    calls += 1;
    response.end(JSON.stringify(issuer.jwks));
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`;
  const elsewhere = ['jku', 'x5u'].map((name) => issuer.issue(claims, { [name]: address }));
  const along = [issuer.issue(claims, { jwk: issuer.jwks.keys[0] }), issuer.issue(claims, { x5c: ['MIIB'] })];
  const noText = [undefined, '', null, 7, [keyId], { kid: keyId }].map((kid) => issuer.issue(claims, { kid }));
  expect(await refusals([...elsewhere, ...along, ...noText])).toEqual(['token_malformed']);
  const sly = ["' or 1=1 --", `${keyId}' --`, '*)(kid=*', '../../etc/keys', '__proto__', 'constructor', address];
  const unknown = [...sly, keyId.toUpperCase(), `${keyId}\u0000`, ` ${keyId}`, 'x'.repeat(5_000)];
  expect(await refusals(unknown.map((kid) => issuer.issue(claims, { kid })))).toEqual(['token_signature_invalid']);
  expect(calls).toBe(0);
  trap.close();
});

test('RFC 8725, section 3.11: a token says in its header what it is, in one spelling', async () => {
  const others = ['at+jwt', 'JWT', 'settlement+jwt', 'secevent+jwt', 'logout+jwt', 'dpop+jwt'];
  const spellings = ['application/obo+jwt', 'OBO+JWT', 'obo+jwt ', 'obo', '', null, undefined, ['obo+jwt']];
  const tokens = [...others, ...spellings].map((typ) => issuer.issue(claims, { typ }));
  expect(await refusals(tokens)).toEqual(['token_type_wrong']);
  // The claim of that name is no header.
  expect(await refusal(issuer.issue({ ...claims, typ: 'obo+jwt' }, { typ: undefined }))).toBe('token_type_wrong');
});

test('RFC 8725, section 3.12: of each kind of token every verifier takes its own, be issuer, key and audience the same', async () => {
  const es256 = createTestTokenIssuer(login, 'obo+jwt');
  const edDsa = createTestTokenIssuer(login, 'settlement+jwt', 'EdDSA');
  const everyKey = [...es256.jwks.keys, ...edDsa.jwks.keys];
  const said = { ...claims, act: undefined };
  const nothing = digestOfEvents([]);
  const sayings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'at+jwt': said,
    'obo+jwt': claims,
    'settlement+jwt': said,
    'secevent+jwt': { ...said, ...claimsOfPosition({ state: 'stream', sequence: 0, digest: nothing, complete: true }) },
    JWT: said,
  };
  const common = { issuer: login, keys: keysOf(everyKey) };
  const verifiers: Readonly<Record<string, (token: string) => Promise<unknown>>> = {
    'at+jwt': (token) =>
      createUserTokenVerifier({ kind: 'own', issuer: login }, common.keys).verify(token, { audience: order }, now),
    'obo+jwt': (token) =>
      createTokenVerifier({ type: 'obo+jwt', audience: order, ...common }).verify(token, { peer: gateway }, now),
    'settlement+jwt': (token) =>
      createNoticeVerifier({
        ...common,
        type: 'settlement+jwt',
        audience: order,
        keys: keysOf(everyKey, 'EdDSA'),
        longestAgeSeconds: 60,
      }).verify(token, { peer: null }, now),
    'secevent+jwt': (token) =>
      createSecurityEventReceiver({
        ...common,
        audience: order,
        everybody: 'spiffe://zt.example',
        state: 'stream',
      }).receive([token], now),
    JWT: (token) =>
      createUserTokenVerifier({ ...foreign, algorithm: 'ES256' }, common.keys).verify(token, { audience: order }, now),
  };
  const taken: string[] = [];
  for (const [kind, verifyIt] of Object.entries(verifiers)) {
    for (const [typ, body] of Object.entries(sayings)) {
      for (const signer of [es256, edDsa]) {
        const token = signer.issue(body, { typ });
        await verifyIt(token).then(
          () => taken.push(`${kind} takes ${typ}`),
          (error: unknown) => expect(error).toMatchObject({ reason: expect.stringMatching(/^token_/) }),
        );
      }
    }
  }
  expect(taken).toEqual(Object.keys(verifiers).map((kind) => `${kind} takes ${kind}`));
  // Where only the type were another, the claims would still be those of another kind.
  expect(await refusal(issuer.issue(said))).toBe('token_malformed');
  expect(await reasonOf(verifiers['at+jwt']?.(es256.issue(claims, { typ: 'at+jwt' })) ?? expect.fail())).toBe(
    'token_malformed',
  );
});
