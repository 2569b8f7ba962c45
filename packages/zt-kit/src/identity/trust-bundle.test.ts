import { expect, test } from 'vitest';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { derCertificates } from './der-certificates.ts';
import { createIdentitySnapshot } from './identity-snapshot.ts';
import { joinTrustBundles, parseTrustBundle } from './trust-bundle.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const home = await createTestCertificateAuthority('zt.example');
const next = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');

test('a bundle with a leaf in it is refused', async () => {
  const { chainDer } = await home.issue({ spiffeId: order });
  expect(() => parseTrustBundle('zt.example', Buffer.concat([home.bundleDer, chainDer]))).toThrow('not an authority');
});

test('joined bundles hold each authority once', () => {
  const both = parseTrustBundle('zt.example', Buffer.concat([home.bundleDer, next.bundleDer]));
  expect(joinTrustBundles(home.bundle, both).x509Authorities).toEqual(both.x509Authorities);
});

test('bundles of two trust domains are not joined', () => {
  expect(() => joinTrustBundles(home.bundle, partner.bundle)).toThrow(TypeError);
});

test('an identity without an authority of its own trust domain is none: TLS would fall back to other roots', async () => {
  const svid = await home.issueSvid({ spiffeId: order });
  expect(() => createIdentitySnapshot(svid, [partner.bundle])).toThrow('no authority');
  expect(() => createIdentitySnapshot(svid, [parseTrustBundle('zt.example', Buffer.alloc(0))])).toThrow('no authority');
});

test.each([
  ['a length that is left open', [0x30, 0x80, 0x00, 0x00]],
  ['a length of four bytes', [0x30, 0x84, 0x00, 0x00, 0x00, 0x00]],
  ['a length that is cut off', [0x30, 0x82, 0x01]],
  ['nothing after its first byte', [0x30]],
])('bytes with %s are no certificate', (_what, bytes) => {
  expect(() => derCertificates(Buffer.from(bytes))).toThrow(TypeError);
});
