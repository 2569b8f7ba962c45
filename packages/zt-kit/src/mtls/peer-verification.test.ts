import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { derCertificates } from '../identity/der-certificates.ts';
import { joinTrustBundles, type TrustBundle } from '../identity/trust-bundle.ts';
import {
  createTestCertificateAuthority,
  type LeafOptions,
  type TestCertificateAuthority,
} from '../testing/certificate-authority.ts';
import { isVouchedFor, verifyPeer } from './peer-verification.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const now = new Date();
const minutes = (count: number): Date => new Date(Math.floor(now.getTime() / 1000) * 1000 + count * 60_000);

const home = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');
const trusted = bundlesOf(home, partner);

function bundlesOf(...authorities: readonly TestCertificateAuthority[]): ReadonlyMap<string, TrustBundle> {
  return new Map(authorities.map(({ bundle }) => [bundle.trustDomain, bundle]));
}

async function chainFrom(authority: TestCertificateAuthority, leaf: Partial<LeafOptions> = {}) {
  const { chainDer } = await authority.issue({ spiffeId: order, ...leaf });
  return derCertificates(chainDer).map((der) => new X509Certificate(der));
}

const untrusted = expect.objectContaining({ reason: 'peer_certificate_untrusted' });
const expired = expect.objectContaining({ reason: 'peer_certificate_expired' });

test('a good leaf is who it says, until its end, on the word of its authority', async () => {
  const chain = await chainFrom(home, { notAfter: minutes(5) });
  expect(verifyPeer(chain, trusted, now)).toMatchObject({
    spiffeId: { uri: order },
    notAfter: minutes(5),
    serialNumber: chain[0]?.serialNumber,
    authority: home.bundle.x509Authorities[0]?.fingerprint256,
  });
});

test('a leaf below an intermediate authority ends with whichever of both ends first', async () => {
  const below = await home.intermediate({ notAfter: minutes(2) });
  expect(verifyPeer(await chainFrom(below), trusted, now).notAfter).toEqual(minutes(2));
});

test('no certificate, no peer', () => {
  expect(() => verifyPeer([], trusted, now)).toThrow(expect.objectContaining({ reason: 'peer_certificate_missing' }));
});

test('a leaf of a trust domain without a bundle is refused', async () => {
  const chain = await chainFrom(home);
  expect(() => verifyPeer(chain, bundlesOf(partner), now)).toThrow(
    expect.objectContaining({ reason: 'peer_trust_domain_unknown' }),
  );
});

test('a leaf is refused from its end on, and before its beginning', async () => {
  const chain = await chainFrom(home, { notBefore: minutes(-5), notAfter: minutes(5) });
  expect(() => verifyPeer(chain, trusted, minutes(5))).toThrow(expired);
  expect(() => verifyPeer(chain, trusted, minutes(-6))).toThrow(expired);
});

test.each(['validFromDate', 'validToDate'])('a leaf of which nobody can read %s is refused', async (name) => {
  const [leaf] = await chainFrom(home);
  // As Node gives a date that OpenSSL calls a bad time value.
  const unreadable = Object.create(leaf ?? null, { [name]: { value: new Date(Number.NaN) } }) as X509Certificate;
  expect(() => verifyPeer([unreadable], trusted, now)).toThrow(expired);
});

test('a date that is none is after every end', async () => {
  const chain = await chainFrom(home);
  expect(() => verifyPeer(chain, trusted, new Date(Number.NaN))).toThrow(expired);
});

test('an intermediate authority whose life ended vouches for nobody', async () => {
  const below = await home.intermediate({ notAfter: minutes(-1) });
  const chain = await chainFrom(below);
  expect(() => verifyPeer(chain, trusted, now)).toThrow(expired);
});

test('an authority of the bundle whose life ended vouches for nobody', async () => {
  const old = await createTestCertificateAuthority('zt.example', { notAfter: minutes(-1) });
  const chain = await chainFrom(old);
  expect(() => verifyPeer(chain, bundlesOf(old), now)).toThrow(untrusted);
});

test('an authority of the bundle whose life has not begun vouches for nobody', async () => {
  const chain = await chainFrom(home, { notBefore: minutes(-120) });
  expect(() => verifyPeer(chain, trusted, minutes(-90))).toThrow(untrusted);
});

test("another trust domain's authority cannot vouch for an id of this one", async () => {
  const chain = await chainFrom(partner);
  expect(() => verifyPeer(chain, trusted, now)).toThrow(untrusted);
});

test("an authority that only has a trusted one's name is not trusted", async () => {
  const real = await createTestCertificateAuthority('zt.example', { name: 'authority' });
  const namesake = await createTestCertificateAuthority('zt.example', { name: 'authority' });
  const chain = await chainFrom(namesake);
  expect(() => verifyPeer(chain, bundlesOf(real), now)).toThrow(untrusted);
});

test('a link that may not sign, or did not, breaks the chain', async () => {
  const noAuthority = await chainFrom(await home.intermediate({ authority: false }));
  expect(() => verifyPeer(noAuthority, trusted, now)).toThrow(untrusted);
  const stranger = await createTestCertificateAuthority('zt.example');
  const [leaf] = await chainFrom(await stranger.intermediate({ name: 'below' }));
  const [, link] = await chainFrom(await home.intermediate({ name: 'below' }));
  if (leaf === undefined || link === undefined) return expect.fail('a chain of two was asked for');
  expect(() => verifyPeer([leaf, link], trusted, now)).toThrow(untrusted);
});

test('a chain of more than five certificates is not followed', async () => {
  let authority = home;
  for (let depth = 0; depth < 4; depth++) authority = await authority.intermediate();
  expect(verifyPeer(await chainFrom(authority), trusted, now).spiffeId.uri).toBe(order);
  const tooLong = await chainFrom(await authority.intermediate());
  expect(() => verifyPeer(tooLong, trusted, now)).toThrow(untrusted);
});

test('a peer is vouched for as long as its authority is in the bundle of its own trust domain', async () => {
  const peer = verifyPeer(await chainFrom(home), trusted, now);
  const next = await createTestCertificateAuthority('zt.example');
  expect(isVouchedFor(peer, new Map([['zt.example', joinTrustBundles(next.bundle, home.bundle)]]))).toBe(true);
  expect(isVouchedFor(peer, bundlesOf(next, partner))).toBe(false);
  expect(isVouchedFor(peer, new Map([['partner.example', home.bundle]]))).toBe(false);
});
