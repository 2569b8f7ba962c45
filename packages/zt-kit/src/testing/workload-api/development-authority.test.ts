import type { X509Certificate } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { parseX509Svid, type X509Svid } from '../../identity/x509-svid.ts';
import { createDevelopmentAuthority, type DevelopmentAuthority, type IssuedX509Svid } from './development-authority.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const minuteMs = 60_000;

let authority: DevelopmentAuthority;

beforeEach(async () => {
  authority = await createDevelopmentAuthority({ trustDomain: 'zt.example', svidTtlSeconds: 600 });
});

const read = ({ chainDer, keyDer, hint }: IssuedX509Svid): X509Svid => parseX509Svid(chainDer, keyDer, hint);
const leafOf = (svid: X509Svid): X509Certificate => svid.certificates[0] ?? expect.fail('no leaf');

/** How far this is from now, in whole minutes. */
const minutesFromNow = (date: Date): number => Math.round((date.getTime() - Date.now()) / minuteMs);

test('an X.509-SVID is what the specification says, and lives as long as it was told to', async () => {
  const svid = read(await authority.issueX509Svid({ spiffeId: order, dnsNames: ['order', 'localhost'], hint: 'shop' }));
  const leaf = leafOf(svid);
  expect(svid).toMatchObject({ spiffeId: { uri: order }, hint: 'shop' });
  expect(leaf.subjectAltName).toBe(`URI:${order}, DNS:order, DNS:localhost`);
  expect(leaf.subject.split('\n')).toEqual(['C=US', 'O=SPIRE', 'CN=order']);
  expect(leaf.ca).toBe(false);
  expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
  const [root] = authority.bundle().x509Authorities;
  expect(root !== undefined && leaf.checkIssued(root) && leaf.verify(root.publicKey)).toBe(true);
  expect(root?.subjectAltName).toBe('URI:spiffe://zt.example');
  expect(minutesFromNow(svid.notAfter)).toBe(10);
  expect(svid.notBefore.getTime()).toBeLessThan(Date.now());
});

test.each(['spiffe://partner.example/order', 'spiffe://zt.example', 'order'])(
  'nobody is issued an SVID for %s',
  async (spiffeId) => {
    await expect(authority.issueX509Svid({ spiffeId })).rejects.toThrow(TypeError);
    await expect(authority.issueJwtSvid(spiffeId, ['vault'])).rejects.toThrow(TypeError);
  },
);

test('no SVID outlives the root that signed it', async () => {
  const brief = await createDevelopmentAuthority({
    trustDomain: 'zt.example',
    svidTtlSeconds: 600,
    authorityTtlSeconds: 120,
  });
  const issued = await brief.issueX509Svid({ spiffeId: order });
  expect(minutesFromNow(read(issued).notAfter)).toBe(2);
  expect(Math.round(issued.lifeMs / minuteMs)).toBe(2);
});

test('an activated root signs, and the SVIDs of the old one are trusted until it is revoked', async () => {
  const before = leafOf(read(await authority.issueX509Svid({ spiffeId: order })));
  const isTrusted = (leaf: X509Certificate): boolean =>
    authority.bundle().x509Authorities.some((root) => leaf.checkIssued(root) && leaf.verify(root.publicKey));
  const [from, to] = [authority.activeId(), await authority.prepare()];
  expect((await authority.issueX509Svid({ spiffeId: order })).authorityId).toBe(from);
  await authority.activate();
  const after = await authority.issueX509Svid({ spiffeId: order });
  expect(after.authorityId).toBe(to);
  await authority.taint();
  expect(isTrusted(before)).toBe(true);
  expect(await authority.revoke()).toBe(from);
  expect(isTrusted(before)).toBe(false);
  expect(isTrusted(leafOf(read(after)))).toBe(true);
});

test('a JWT-SVID is signed by a key that is in the bundle, also after that key was rolled', async () => {
  const token = await authority.issueJwtSvid(order, ['vault', 'ledger']);
  const [key] = authority.bundle().jwtKeys;
  expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'jwt-svid', kid: authority.activeId('jwt') });
  expect(key).not.toHaveProperty('d');
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'JWT', kid: key?.kid });
  const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
  expect(claims).toEqual({ sub: order, aud: ['vault', 'ledger'] });
  expect(exp - iat).toBe(300);

  await authority.prepare('jwt');
  await authority.activate('jwt');
  const later = await authority.issueJwtSvid(order, ['vault']);
  await authority.taint('jwt');
  expect(authority.bundle().jwtKeys.map(({ kid }) => kid)).toContain(key?.kid);
  await authority.revoke('jwt');
  const keys = authority.bundle().jwtKeys.map(({ use: _, ...standard }) => standard);
  await expect(jwtVerify(later, createLocalJWKSet({ keys }))).resolves.toBeDefined();
  await expect(jwtVerify(token, createLocalJWKSet({ keys }))).rejects.toThrow('no applicable key');
});

test.each([5, -5])('with a clock that is %i minutes off, everything is issued for another time', async (minutes) => {
  authority.skewClock(minutes * minuteMs);
  const svid = read(await authority.issueX509Svid({ spiffeId: order }));
  expect(minutesFromNow(svid.notBefore)).toBe(minutes);
  expect(minutesFromNow(svid.notAfter)).toBe(minutes + 10);
  const { iat = 0 } = decodeJwt(await authority.issueJwtSvid(order, ['vault']));
  expect(minutesFromNow(new Date(iat * 1_000))).toBe(minutes);
  authority.skewClock(0);
  expect(minutesFromNow(read(await authority.issueX509Svid({ spiffeId: order })).notAfter)).toBe(10);
});

test('listeners hear what a step changes', async () => {
  const heard: string[] = [];
  const stop = authority.onChange((change) => heard.push(change));
  for (const step of ['prepare', 'activate', 'taint', 'revoke'] as const) await authority[step]();
  for (const step of ['prepare', 'activate', 'taint', 'revoke'] as const) await authority[step]('jwt');
  stop();
  await authority.prepare();
  expect(heard).toEqual(['x509_bundle', 'x509_tainted', 'x509_bundle', 'jwt_bundle', 'jwt_bundle']);
});

test('bundles of others are known until the federation ends, and the own one is never taken from others', async () => {
  const partner = await createDevelopmentAuthority({ trustDomain: 'partner.example', svidTtlSeconds: 600 });
  authority.federate(partner.bundle());
  expect(authority.federated().map(({ trustDomain }) => trustDomain)).toEqual(['partner.example']);
  expect(() => authority.federate(authority.bundle())).toThrow(TypeError);
  authority.endFederation('partner.example');
  expect(authority.federated()).toEqual([]);
});
