import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import { expect, test } from 'vitest';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { parseX509Svid } from './x509-svid.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const authority = await createTestCertificateAuthority('zt.example');

test('an SVID is read with its id, its lifetime and its key', async () => {
  const notAfter = new Date('2040-01-01T00:00:00Z');
  const leaf = await authority.issue({ spiffeId: order, notAfter });
  const svid = parseX509Svid(leaf.chainDer, leaf.keyDer, 'main');
  expect(svid.spiffeId.uri).toBe(order);
  expect(svid.notAfter).toEqual(notAfter);
  expect(svid.hint).toBe('main');
});

test('an SVID from an intermediate authority carries its chain', async () => {
  const svid = await (await authority.intermediate()).issueSvid({ spiffeId: order });
  expect(svid.certificates).toHaveLength(2);
});

test('a certificate with two URI names is no SVID', async () => {
  const leaf = await authority.issue({ spiffeId: order, uris: [order, 'spiffe://zt.example/ns/shop/sa/payment'] });
  expect(() => parseX509Svid(leaf.chainDer, leaf.keyDer)).toThrow('2 URI names');
});

test('a URI name with a comma in it stays one name', async () => {
  const leaf = await authority.issue({ spiffeId: order, uris: [`spiffe://zt.example/a, URI:${order}`] });
  expect(() => parseX509Svid(leaf.chainDer, leaf.keyDer)).toThrow('path segment');
});

test('a certificate without a URI name is no SVID', async () => {
  const leaf = await authority.issue({ spiffeId: order, uris: [], dnsNames: ['order'] });
  expect(() => parseX509Svid(leaf.chainDer, leaf.keyDer)).toThrow('0 URI names');
});

test('an authority is no leaf', async () => {
  const leaf = await authority.issue({ spiffeId: order, authority: true });
  expect(() => parseX509Svid(leaf.chainDer, leaf.keyDer)).toThrow('authority');
});

test.each([
  ['certificates', KeyUsageFlags.keyCertSign],
  ['revocation lists', KeyUsageFlags.cRLSign],
])('a certificate whose key may sign %s is no leaf, whatever else it says', async (_what, usage) => {
  const leaf = await authority.issue({ spiffeId: order, usages: KeyUsageFlags.digitalSignature | usage });
  expect(() => parseX509Svid(leaf.chainDer, leaf.keyDer)).toThrow('authority');
});

test("a trust domain's own id names no workload", async () => {
  const leaf = await authority.issue({ spiffeId: 'spiffe://zt.example' });
  expect(() => parseX509Svid(leaf.chainDer, leaf.keyDer)).toThrow('not a workload');
});

test("another certificate's key is refused", async () => {
  const leaf = await authority.issue({ spiffeId: order });
  const other = await authority.issue({ spiffeId: order });
  expect(() => parseX509Svid(leaf.chainDer, other.keyDer)).toThrow('does not belong');
});

test('a chain that is cut off or followed by other bytes is refused', async () => {
  const leaf = await authority.issue({ spiffeId: order });
  expect(() => parseX509Svid(leaf.chainDer.subarray(0, -1), leaf.keyDer)).toThrow('cut off');
  expect(() => parseX509Svid(Buffer.concat([leaf.chainDer, Buffer.from('x')]), leaf.keyDer)).toThrow('DER');
  expect(() => parseX509Svid(Buffer.alloc(0), leaf.keyDer)).toThrow('no certificate');
});
