import { createTestCertificateAuthority } from '@zt/kit/testing';
import {
  createWorkloadApiClient,
  createWorkloadX509Source,
  fetchJwtSvid,
  type WorkloadX509Source,
  watchJwtBundles,
  watchX509Bundles,
} from '@zt/kit/workload-api';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithPrograms } from '../programs/testing/describe-with-programs.ts';
import { startTestSpire, type TestSpire } from './testing/start-test-spire.ts';

const partner = await createTestCertificateAuthority('partner.example');
const idOf = (name: string) => `spiffe://zt.example/ns/shop/sa/${name}`;

/** The process of this test is the workload, and both of these identities are its own. */
const entries = ['order', 'payment'].map((name) => ({
  entry_id: name,
  spiffe_id: idOf(name),
  parent_id: 'spiffe://zt.example/spire/agent/x509pop/node',
  selectors: [{ type: 'unix', value: `path:${process.execPath}` }],
  dns_names: [name],
  federates_with: ['partner.example'],
  hint: `the ${name}`,
}));

await describeWithPrograms("the kit's client at the real agent", ['spire-server', 'spire-agent'], (programs) => {
  const sources: WorkloadX509Source[] = [];
  let spire: TestSpire;
  let client: ReturnType<typeof createWorkloadApiClient>;

  beforeAll(async () => {
    spire = await startTestSpire(programs, async (server) => {
      const keys = partner.bundle.x509Authorities.map(({ raw, publicKey }) => ({
        ...publicKey.export({ format: 'jwk' }),
        use: 'x509-svid',
        x5c: [raw.toString('base64')],
      }));
      await server.json(['bundle', 'set', '-id', 'spiffe://partner.example', '-format', 'spiffe'], { keys });
      await server.json(['entry', 'create', '-data', '-'], { entries });
    });
    client = createWorkloadApiClient(spire.socket);
  }, 60_000);
  afterAll(async () => {
    for (const source of sources) source.close();
    client.close();
    await spire.close();
  });

  const sourceOf = async (spiffeId?: string) => {
    const source = await createWorkloadX509Source({
      socket: spire.socket,
      log: () => undefined,
      ...(spiffeId === undefined ? {} : { spiffeId }),
    });
    sources.push(source);
    return source;
  };
  const fingerprintsOf = (certificates: readonly { readonly fingerprint256: string }[] = []) =>
    certificates.map(({ fingerprint256 }) => fingerprint256);

  it('takes of several SVIDs the one that it is told to, with its hint', async () => {
    for (const name of ['order', 'payment']) {
      const { svid } = (await sourceOf(idOf(name))).current();
      expect([svid.spiffeId.uri, svid.hint]).toEqual([idOf(name), `the ${name}`]);
      expect(svid.certificates[0]?.subjectAltName).toContain(`DNS:${name}`);
    }
  });

  it('trusts whom the agent trusts, another trust domain too, and its own SVID is of one of them', async () => {
    const { svid, bundles } = (await sourceOf()).current();
    const [own] = bundles.get('zt.example')?.x509Authorities ?? [];
    expect(own && svid.certificates.at(-1)?.verify(own.publicKey)).toBe(true);
    expect(fingerprintsOf(bundles.get('partner.example')?.x509Authorities)).toEqual(
      fingerprintsOf(partner.bundle.x509Authorities),
    );
  });

  it('gets the same bundles without an SVID', async () => {
    const { bundles } = (await sourceOf()).current();
    const stop = new AbortController();
    const first = Promise.withResolvers<typeof bundles>();
    const watching = watchX509Bundles(client, first.resolve, stop.signal);
    const followed = await first.promise;
    stop.abort();
    await watching;
    expect([...followed.keys()].toSorted()).toEqual(['partner.example', 'zt.example']);
    for (const [trustDomain, bundle] of followed) {
      expect(fingerprintsOf(bundle.x509Authorities)).toEqual(fingerprintsOf(bundles.get(trustDomain)?.x509Authorities));
    }
  });

  it('gets a JWT-SVID that the keys of its trust domain verify, and hears of a key that is added', async () => {
    const seen: ReadonlyMap<string, string>[] = [];
    const stop = new AbortController();
    const watching = watchJwtBundles(client, (keySets) => seen.push(keySets), stop.signal);
    const keysOf = (keySets: ReadonlyMap<string, string> | undefined): JSONWebKeySet =>
      JSON.parse(keySets?.get('zt.example') ?? '{"keys":[]}');

    const { spiffeId, token } = await fetchJwtSvid(client, ['vault', 'ledger']);
    await vi.waitUntil(() => seen.length > 0, { timeout: 5_000 });
    const { payload } = await jwtVerify(token, createLocalJWKSet(keysOf(seen[0])), { audience: 'vault' });
    expect([payload.sub, payload.aud]).toEqual([spiffeId.uri, ['vault', 'ledger']]);
    expect([idOf('order'), idOf('payment')]).toContain(spiffeId.uri);

    const before = keysOf(seen.at(-1)).keys.length;
    await spire.server.json(['localauthority', 'jwt', 'prepare']);
    await vi.waitUntil(() => keysOf(seen.at(-1)).keys.length === before + 1, { timeout: 10_000 });
    stop.abort();
    await watching;
  }, 20_000);

  it('hears of a new SVID as soon as the agent has one', async () => {
    const source = await sourceOf(idOf('order'));
    const before = source.current().svid;
    const dns_names = ['order', 'shop'];
    const changed = entries.slice(0, 1).map((entry) => ({ ...entry, dns_names }));
    await spire.server.json(['entry', 'update', '-data', '-'], { entries: changed });
    await vi.waitUntil(() => source.current().svid.serialNumber !== before.serialNumber, { timeout: 10_000 });
    expect(source.current().svid.certificates[0]?.subjectAltName).toContain('DNS:shop');
  }, 20_000);

  it('has no identity any more once the last of its entries is deleted', async () => {
    const source = await sourceOf(idOf('order'));
    await spire.server.json(['entry', 'delete', '-file', '-'], { ids: entries.map(({ entry_id }) => entry_id) });
    const refused = { reason: 'identity_unavailable' };
    await vi.waitFor(() => expect(() => source.current()).toThrow(expect.objectContaining(refused)), {
      timeout: 15_000,
    });
    await expect(fetchJwtSvid(client, ['vault'])).rejects.toMatchObject(refused);
  }, 20_000);
});
