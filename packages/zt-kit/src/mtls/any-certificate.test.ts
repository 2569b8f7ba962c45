import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZeroTrustError } from '../errors.ts';
import { derCertificates } from '../identity/der-certificates.ts';
import { parseTrustBundle } from '../identity/trust-bundle.ts';
import { parseX509Svid, spiffeIdOfLeaf } from '../identity/x509-svid.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { brokenBytes, expectToHold } from '../testing/properties/index.ts';
import { verifyPeer } from './peer-verification.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const home = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');
const bundles = new Map([home, partner].map(({ bundle }) => [bundle.trustDomain, bundle]));
const leaf = await home.issue({ spiffeId: order, dnsNames: ['order'] });
const below = await (await home.intermediate()).issue({ spiffeId: order });
const now = new Date();

test('whatever bytes come as an SVID, it is one with an id of its own, or refused with a TypeError', async () => {
  await expectToHold(
    fc.property(brokenBytes(leaf.chainDer, below.chainDer, home.bundleDer), brokenBytes(leaf.keyDer), (chain, key) => {
      try {
        const svid = parseX509Svid(chain, key);
        expect(svid.spiffeId.path).not.toBe('');
        expect(Buffer.concat(svid.certificates.map(({ raw }) => raw))).toEqual(chain);
        expect(svid.certificates[0]?.checkPrivateKey(svid.privateKey)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
      }
    }),
    400,
  );
});

test('whatever bytes come as a bundle, it holds authorities and nothing else, or is refused with a TypeError', async () => {
  await expectToHold(
    fc.property(
      brokenBytes(home.bundleDer, Buffer.concat([home.bundleDer, partner.bundleDer]), leaf.chainDer),
      (der) => {
        try {
          for (const authority of parseTrustBundle('zt.example', der).x509Authorities) expect(authority.ca).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      },
    ),
    400,
  );
});

test('whatever certificates a peer sends, it is who an authority said, or refused with a ZeroTrustError', async () => {
  const said = new Set([...derCertificates(leaf.chainDer), ...derCertificates(below.chainDer)].map(signedPartOf));
  await expectToHold(
    fc.property(brokenBytes(leaf.chainDer, below.chainDer, partner.bundleDer), (der) => {
      const chain = certificatesOf(der);
      try {
        const peer = verifyPeer(chain, bundles, now);
        expect(peer.spiffeId.uri).toBe(order);
        expect(said).toContain(signedPartOf(chain[0]?.raw ?? expect.fail()));
        expect(peer.notAfter.getTime()).toBeGreaterThan(now.getTime());
      } catch (error) {
        expect(error).toBeInstanceOf(ZeroTrustError);
        expect((error as ZeroTrustError).reason).toMatch(/^peer_/);
      }
    }),
    400,
  );
});

test('whatever a leaf holds that an authority did sign, it has an id, or is refused with a TypeError', async () => {
  const uri = fc.oneof(fc.webUrl(), fc.stringMatching(/^spiffe:\/\/[a-z.]{0,8}[/a-z.%]{0,12}$/), {
    weight: 3,
    arbitrary: fc.constant(order),
  });
  await expectToHold(
    fc.asyncProperty(fc.array(uri, { maxLength: 3 }), fc.boolean(), async (uris, authority) => {
      const issued = await home.issue({ spiffeId: order, uris, authority });
      const certificate = new X509Certificate(issued.chainDer);
      try {
        const id = spiffeIdOfLeaf(certificate);
        expect([authority, uris]).toEqual([false, [id.uri]]);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        expect(authority || uris.length !== 1 || uris[0] !== order, `refused though good: ${uris}`).toBe(true);
      }
    }),
    30,
  );
});

/** As TLS gives them: what OpenSSL can't read never comes so far. */
function certificatesOf(der: Buffer): X509Certificate[] {
  try {
    return derCertificates(der).map((certificate) => new X509Certificate(certificate));
  } catch {
    return [];
  }
}

/** What the authority has signed: the first of the three parts of a certificate (RFC 5280, section 4.1). */
function signedPartOf(der: Uint8Array): string {
  const [whole] = [Buffer.from(der)];
  return (derCertificates(whole.subarray(4, 4 + 4 + whole.readUInt16BE(6)))[0] ?? Buffer.alloc(0)).toString('base64');
}
