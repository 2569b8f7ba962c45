import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PolicyInput } from '../authz/authorizer.ts';
import { createIdentitySnapshot } from '../identity/identity-snapshot.ts';
import type { X509Source } from '../identity/x509-source.ts';
import type { X509Svid } from '../identity/x509-svid.ts';
import { createTestCertificateAuthority } from '../testing/certificate-authority.ts';
import { EchoService, echoPolicy } from '../testing/echo-service.ts';
import { longestStatement } from './policy-bundle.ts';
import { type BundleOutcome, createPolicyInForce } from './policy-in-force.ts';
import { signPolicyBundle } from './signed-bundle.ts';

const wasm = new Uint8Array(readFileSync(new URL('../../../policy/policy.wasm', import.meta.url)));
const order = 'spiffe://zt.example/ns/shop/sa/order';
const gateway = 'spiffe://zt.example/ns/shop/sa/gateway';
const operator = 'spiffe://zt.example/ns/shop/sa/operator';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const method = EchoService.unary.path;
const policy = { wasm, data: echoPolicy(order, gateway) };

const authority = await createTestCertificateAuthority('zt.example');
const signer = await authority.issueSvid({ spiffeId: operator });
const trusted = createIdentitySnapshot(await authority.issueSvid({ spiffeId: order }), [authority.bundle]);
const sourceOf = (current: X509Source['current']): X509Source => ({ current, onChange: () => () => {} });

let folder: string;
let file: string;
const outcomes: BundleOutcome[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zt-policy-'));
  file = join(folder, 'policy-bundle.json');
});
beforeEach(async () => {
  await rm(file, { force: true });
  outcomes.length = 0;
});
afterAll(() => rm(folder, { recursive: true }));

const started = (source: X509Source = sourceOf(() => trusted)) =>
  createPolicyInForce({ policy, source, signer: operator, file, onOutcome: (outcome) => void outcomes.push(outcome) });

const observing = { [method]: { observe: ['caller_not_allowed'] } };

function signed(given: Readonly<Record<string, unknown>> = {}, by: X509Svid = signer): Promise<string> {
  const bundle = { version: 1, revision: 1, time: new Date().toISOString(), rules: observing, ...given };
  return signPolicyBundle(bundle as never, by);
}

/** Payment is no caller of the method. */
const input: PolicyInput = {
  version: 1,
  method,
  service: order,
  peer: payment,
  token: { subject: 'alice', roles: [], audience: order, scopes: ['echo:write'], chain: [gateway], blocked: false },
  resource: { amount_minor_units: 1 },
  time: '2030-01-01T00:00:00.000Z',
  source_address: '127.0.0.1:1',
  calls_in_window: null,
  users_in_window: null,
};

test('a bundle changes at run time what is observed, and the revision that decisions name', async () => {
  const { authorizer, take } = await started();
  const before = authorizer.revision;
  expect(authorizer.decide(input).reasons).toContain('caller_not_allowed');
  await take(await signed());
  expect(authorizer.decide(input)).toMatchObject({ observed: ['caller_not_allowed'] });
  expect(authorizer.decide(input).reasons).not.toContain('caller_not_allowed');
  expect(authorizer.revision).not.toBe(before);
  expect(outcomes).toMatchObject([
    {
      refusal: null,
      bundle: { revision: 1 },
      signedBy: { spiffeId: { uri: operator } },
      policyRevision: authorizer.revision,
    },
  ]);
  await take(await signed({ revision: 2, rules: {} }));
  expect(authorizer.revision).toBe(before);
});

const forged = async () => {
  const [header, payload] = (await signed({ revision: 2 })).split('.');
  const other = await signed({ revision: 2, rules: {} });
  return `${header}.${payload}.${other.split('.')[2]}`;
};
const foreign = async () => {
  const other = await createTestCertificateAuthority('zt.example');
  return await signed({ revision: 2 }, await other.issueSvid({ spiffeId: operator }));
};
const untyped = () =>
  new CompactSign(new TextEncoder().encode('{}'))
    .setProtectedHeader({ alg: 'ES256', x5c: signer.certificates.map(({ raw }) => raw.toString('base64')) })
    .sign(signer.privateKey);
const day = 86_400_000;

test.each<[string, string, () => Promise<string>]>([
  ['whose signature is of another', 'bundle_signature_invalid', forged],
  ['that an authority of somebody else vouches for', 'bundle_signature_invalid', foreign],
  [
    'that another workload has signed',
    'bundle_signature_invalid',
    async () => await signed({ revision: 2 }, await authority.issueSvid({ spiffeId: payment })),
  ],
  [
    'that was signed when its certificate had ended',
    'bundle_signature_invalid',
    () => signed({ revision: 2, time: new Date(Date.now() + 400 * day).toISOString() }),
  ],
  ['that is older', 'bundle_outdated', () => signed({ revision: 1, rules: {} })],
  [
    'with a method that there is not',
    'bundle_not_for_this_policy',
    () => signed({ revision: 2, rules: { '/made.up.Service/Method': { observe: [] } } }),
  ],
  [
    'with a reason that there is not',
    'bundle_not_for_this_policy',
    () => signed({ revision: 2, rules: { [method]: { observe: ['made_up'] } } }),
  ],
  [
    'with a reason that is always enforced',
    'bundle_not_for_this_policy',
    () => signed({ revision: 2, rules: { [method]: { observe: ['policy_failed'] } } }),
  ],
  ['that cannot be read', 'bundle_malformed', async () => 'eyJ.eyJ.x'],
  ['that is signed as something else', 'bundle_malformed', untyped],
  ['that says more than a bundle does', 'bundle_malformed', () => signed({ revision: 2, callers: [payment] })],
  [
    'that is too large',
    'bundle_malformed',
    async () => `${await signed({ revision: 2 })}${'x'.repeat(longestStatement)}`,
  ],
])(
  'a bundle %s is refused and told once, and the last good one stays, over a restart too',
  async (_which, reason, make) => {
    const { authorizer, take, verify } = await started();
    const good = await signed();
    await take(good);
    const revision = authorizer.revision;
    outcomes.length = 0;
    const bad = await make();
    await expect(verify(bad)).rejects.toMatchObject({ reason });
    await take(bad);
    await take(bad);
    expect(outcomes).toMatchObject([{ refusal: { reason }, policyRevision: revision }]);
    expect(authorizer.revision).toBe(revision);
    expect(authorizer.decide(input).observed).toEqual(['caller_not_allowed']);
    const again = await started();
    expect(again.authorizer.revision).toBe(revision);
    await again.take(good);
    expect(outcomes).toHaveLength(2);
  },
);

test('the bundle that was kept is good at the next start, though its authority has been rolled since', async () => {
  const first = await started();
  await first.take(await signed());
  const rolled = await createTestCertificateAuthority('zt.example');
  const now = createIdentitySnapshot(await rolled.issueSvid({ spiffeId: order }), [rolled.bundle]);
  const again = await started(sourceOf(() => now));
  expect(again.authorizer.revision).toBe(first.authorizer.revision);
});

test('what was kept and cannot be read is told, and the graph decides', async () => {
  const graph = (await started()).authorizer.revision;
  await writeFile(file, 'half of');
  expect((await started()).authorizer.revision).toBe(graph);
  await (await started()).take(await signed());
  await writeFile(file, (await readFile(file, 'utf8')).replace('eyJ', 'eyX'));
  expect((await started()).authorizer.revision).toBe(graph);
  expect(outcomes.map(({ refusal }) => refusal?.reason ?? null)).toEqual([
    'bundle_malformed',
    'bundle_malformed',
    null,
    'bundle_malformed',
  ]);
});

test('where a bundle cannot be kept for the next start it is not taken, and tried again', async () => {
  const { authorizer, take } = await createPolicyInForce({
    policy,
    source: sourceOf(() => trusted),
    signer: operator,
    file: join(folder, 'gone', 'file'),
    onOutcome: (outcome) => void outcomes.push(outcome),
  });
  const before = authorizer.revision;
  await take(await signed());
  expect(authorizer.revision).toBe(before);
  expect(outcomes).toMatchObject([{ refusal: { reason: 'bundle_not_kept' } }]);
});

test('without an identity nothing is taken and nothing refused: it comes again', async () => {
  let withdrawn = true;
  const source = sourceOf(() => {
    if (withdrawn) throw new Error('withdrawn');
    return trusted;
  });
  const { take } = await started(source);
  const statement = await signed();
  await take(statement);
  expect(outcomes).toEqual([]);
  withdrawn = false;
  await take(statement);
  expect(outcomes).toMatchObject([{ refusal: null }]);
});
