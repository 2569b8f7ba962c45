import fc, { type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { ZeroTrustError } from '../errors.ts';
import { expectToHold } from '../testing/properties/index.ts';
import { reasonOf } from '../testing/reason-of.ts';
import { createTestTokenIssuer } from '../testing/token-issuer.ts';
import { actClaim, longestChain, parseDelegationChain } from './delegation-chain.ts';
import { createNoticeVerifier } from './notice.ts';
import { createSigningKeySource } from './signing-keys.ts';
import { parseUniqueJson } from './unique-json.ts';
import { createUserTokenVerifier } from './user-tokens.ts';
import { createTokenVerifier } from './verify-token.ts';

const identity = 'spiffe://zt.example/ns/shop/sa/identity';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const provider = 'https://localhost:8443';
const now = new Date('2030-01-01T00:00:00Z');
const seconds = now.getTime() / 1000;

const issuer = createTestTokenIssuer(identity, 'obo+jwt');
const stranger = createTestTokenIssuer(identity, 'obo+jwt');
const keyId = issuer.jwks.keys[0]?.kid;
const keys = createSigningKeySource({ fetchKeys: async () => issuer.jwks });
const verifierOptions = { type: 'obo+jwt', issuer: identity, audience: payment, keys } as const;
const verifier = createTokenVerifier(verifierOptions);
const verify = (token: string) => verifier.verify(token, { peer: order }, now);

const claims = {
  aud: payment,
  sub: 'alice',
  roles: ['finance'],
  sid: 'session-1',
  scope: 'payments:write orders:read',
  jti: 'token-1',
  iat: seconds - 10,
  exp: seconds + 50,
  act: { sub: order, act: { sub: gateway } },
};

/** One condition of a good token, met or not. */
interface Piece {
  readonly isGood: boolean;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Mostly met, so that many tokens are wrong in one thing only, and many in nothing. */
function piece(good: Arbitrary<Omit<Piece, 'isGood'>>, bad: Arbitrary<Omit<Piece, 'isGood'>>): Arbitrary<Piece> {
  return fc.oneof(
    { weight: 10, arbitrary: good.map((said) => ({ ...said, isGood: true })) },
    { weight: 1, arbitrary: bad.map((said) => ({ ...said, isGood: false })) },
  );
}

const filled = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const noText = fc.oneof(
  fc.constant(''),
  fc.constant(undefined),
  fc.jsonValue().filter((value) => typeof value !== 'string'),
);
const other = (good: unknown) => fc.oneof(noText, filled, fc.constant([good])).filter((value) => value !== good);
const claim = (name: string) => (value: unknown) => ({ claims: { [name]: value } });
const header = (name: string) => (value: unknown) => ({ header: { [name]: value } });
const scope = fc
  .uniqueArray(fc.stringMatching(/^[!#-[\]-~]{1,10}$/), { maxLength: 4 })
  .map((scopes) => scopes.join(' '));
const workload = fc.stringMatching(/^[a-z]{1,8}$/).map((name) => `spiffe://zt.example/${name}`);
const chainOf = (first: string) =>
  fc.array(workload, { maxLength: longestChain - 1 }).map((rest) => actClaim([first, ...rest]));

const times = fc
  .record({ iat: fc.integer({ min: -70, max: 10 }), life: fc.integer({ min: -1, max: 62 }) })
  .map(({ iat, life }) => ({
    isGood: iat <= 5 && life > 0 && life <= 60 && iat + life > 0,
    claims: { iat: seconds + iat, exp: seconds + iat + life },
  }));

const pieces: readonly Arbitrary<Piece>[] = [
  piece(fc.constant({}), other('ES256').map(header('alg'))),
  piece(fc.constant({}), other('obo+jwt').map(header('typ'))),
  piece(fc.constant({}), other(keyId).map(header('kid'))),
  piece(
    fc.tuple(fc.stringMatching(/^x-[a-z]{1,5}$/), fc.jsonValue()).map(([name, value]) => header(name)(value)),
    fc
      .tuple(fc.constantFrom('crit', 'b64', 'jwk', 'jku', 'x5c', 'x5u', 'zip'), fc.jsonValue())
      .map(([name, value]) => header(name)(value)),
  ),
  piece(fc.constant({}), other(identity).map(claim('iss'))),
  piece(fc.constant({}), other(payment).map(claim('aud'))),
  fc.oneof({ weight: 6, arbitrary: fc.constant({ isGood: true }) }, { weight: 1, arbitrary: times }),
  piece(
    fc.integer({ min: 0, max: seconds + 5 }).map(claim('nbf')),
    fc
      .oneof(
        { weight: 4, arbitrary: fc.integer({ min: seconds + 6, max: seconds + 600 }) },
        fc.string(),
        fc.constant(null),
      )
      .map(claim('nbf')),
  ),
  piece(
    filled.filter((name) => !name.toLowerCase().startsWith('spiffe:')).map(claim('sub')),
    fc.oneof(noText, workload).map(claim('sub')),
  ),
  piece(filled.map(claim('sid')), noText.map(claim('sid'))),
  piece(filled.map(claim('jti')), noText.map(claim('jti'))),
  piece(
    fc.array(filled, { maxLength: 3 }).map(claim('roles')),
    fc.oneof(filled, fc.constant(['']), fc.constant([1]), fc.constant(null)).map(claim('roles')),
  ),
  piece(scope.map(claim('scope')), fc.constantFrom('a a', ' a', 'a  b', 'a"', 7, null, ['a']).map(claim('scope'))),
  piece(
    chainOf(order).map(claim('act')),
    fc
      .oneof(
        chainOf(gateway),
        noText.filter((value) => !isGoodChain(value)),
        filled,
        fc.constant({ sub: 'order' }),
        fc.constant({ sub: order, act: { sub: gateway, aud: payment } }),
        fc.constant(Array.from({ length: longestChain }).reduce((act) => ({ sub: order, act }), { sub: gateway })),
      )
      .map(claim('act')),
  ),
  piece(fc.constant({}), fc.jsonValue().map(claim('cnf'))),
];

const isGoodChain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'sub' in value && value.sub === order;

test('a token is taken where every condition is met, and only there, with what it says', async () => {
  await expectToHold(
    fc.asyncProperty(fc.tuple(...pieces), fc.constantFrom(issuer, issuer, issuer, stranger), async (parts, signer) => {
      const said: Record<string, unknown> = Object.assign({ ...claims }, ...parts.map((part) => part.claims ?? {}));
      const head: object = Object.assign({ kid: keyId }, ...parts.map((part) => part.header ?? {}));
      const isGood = signer === issuer && parts.every((part) => part.isGood);
      const token = signer.issue(said, { ...head });
      if (isGood) {
        const { subject, sessionId, id, chain, scopes, roles } = await verify(token);
        expect({ subject, sessionId, id, roles }).toEqual({
          subject: said.sub,
          sessionId: said.sid,
          id: said.jti,
          roles: said.roles,
        });
        expect(actClaim(chain)).toEqual(said.act);
        expect(scopes.join(' ')).toBe(said.scope);
      } else {
        expect(await reasonOf(verify(token))).toMatch(/^token_/);
      }
    }),
    600,
  );
});

test('whatever comes in, nothing but a ZeroTrustError comes out', async () => {
  const segment = fc.oneof(fc.string(), fc.string().map(base64url), fc.json().map(base64url));
  const dotted = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('.'));
  await expectToHold(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), dotted), async (text) => {
      expect(await reasonOf(verify(text))).toMatch(/^token_/);
    }),
  );
});

test('whatever is signed, by whomever, nothing but a ZeroTrustError comes out, and no message repeats what was said', async () => {
  const openId = createTestTokenIssuer(provider, 'at+jwt');
  const network = createTestTokenIssuer('card-network', 'settlement+jwt', 'EdDSA');
  const userTokens = createUserTokenVerifier(
    { kind: 'own', issuer: provider },
    createSigningKeySource({ fetchKeys: async () => openId.jwks }),
  );
  const notices = createNoticeVerifier({
    issuer: 'card-network',
    type: 'settlement+jwt',
    audience: payment,
    keys: createSigningKeySource({ fetchKeys: async () => network.jwks, algorithm: 'EdDSA' }),
    longestAgeSeconds: 60,
  });
  const ways = [
    { signer: issuer, verifyIt: verify },
    { signer: openId, verifyIt: (token: string) => userTokens.verify(token, { audience: payment }, now) },
    { signer: network, verifyIt: (token: string) => notices.verify(token, { peer: null }, now) },
  ];
  const names = fc.constantFrom(...Object.keys(claims), 'nbf', 'cnf', 'iss', 'act', '__proto__');
  const changes = fc.dictionary(fc.oneof(names, fc.string()), fc.jsonValue(), { maxKeys: 3 });
  await expectToHold(
    fc.asyncProperty(fc.constantFrom(...ways), changes, changes, async ({ signer, verifyIt }, said, head) => {
      const token = signer.issue({ ...claims, sid: 'Vertraulich', ...said }, head);
      await verifyIt(token).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ZeroTrustError);
        expect(String(error) + String((error as Error).cause)).not.toContain('Vertraulich');
      });
    }),
  );
});

test('one changed letter anywhere in a good token is enough to refuse it', async () => {
  const token = issuer.issue(claims);
  await verify(token);
  await expectToHold(
    fc.asyncProperty(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (index, letter) => {
      fc.pre(token[index] !== letter);
      expect(await reasonOf(verify(token.slice(0, index) + letter + token.slice(index + 1)))).toMatch(/^token_/);
    }),
  );
});

test('whatever an act claim holds, it is read into workloads from which it can be written again, or refused', async () => {
  const link = fc.oneof(workload, fc.string(), fc.jsonValue());
  const { act: anyChain } = fc.letrec((tie) => ({
    act: fc.oneof(
      { maxDepth: 10 },
      fc.jsonValue(),
      fc.record({ sub: workload, act: tie('act') }, { requiredKeys: ['sub'] }),
      fc.record({ sub: link, act: tie('act'), iss: fc.constant('x') }, { requiredKeys: ['sub', 'act'] }),
    ),
  }));
  await expectToHold(
    fc.property(anyChain, (act) => {
      try {
        const chain = parseDelegationChain(act);
        if (chain.length > 0) expect(actClaim(chain)).toEqual(act);
        else expect(act).toBeUndefined();
      } catch (error) {
        expect(error).toMatchObject({ reason: 'token_malformed' });
      }
    }),
    1_000,
  );
});

test('JSON is read as it stands where every name stands once at its depth, and refused where one does not', async () => {
  // Spelled in several ways, so that two texts are one name.
  const name = fc.constantFrom('"a"', '"\\u0061"', '"b"', '"\\""', '"\\u0022"', '"{"', '"__proto__"', '":"');
  const { object } = fc.letrec<{ readonly object: Json; readonly value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc
        .json()
        .map((text): Json => ({ text, isUnique: true }))
        .filter(({ text }) => !text.includes('{')),
      tie('object'),
      fc.array(tie('value'), { maxLength: 3 }).map(
        (values): Json => ({
          text: `[${values.map(({ text }) => text).join()}]`,
          isUnique: values.every(({ isUnique }) => isUnique),
        }),
      ),
    ),
    object: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((members): Json => {
      const names = members.map(([text]) => JSON.parse(text) as string);
      return {
        text: `{${members.map(([text, value]) => `${text}:${value.text}`).join(' ,')}}`,
        isUnique: new Set(names).size === names.length && members.every(([, value]) => value.isUnique),
      };
    }),
  }));
  await expectToHold(
    fc.property(object, ({ text, isUnique }) => {
      if (isUnique) expect(parseUniqueJson(text)).toEqual(JSON.parse(text));
      else expect(() => parseUniqueJson(text)).toThrow(TypeError);
    }),
    1_000,
  );
});

interface Json {
  readonly text: string;
  readonly isUnique: boolean;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
