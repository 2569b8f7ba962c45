import type { X509SVIDResponse } from '@zt/proto/workload-api';
import { test as baseTest, expect, vi } from 'vitest';
import { ZeroTrustError } from '../errors.ts';
import { createTestCertificateAuthority, type LeafOptions } from '../testing/certificate-authority.ts';
import { startTestWorkloadApi, type TestWorkloadApi } from '../testing/workload-api-server.ts';
import { createWorkloadX509Source, type IdentityEvent, type WorkloadX509Source } from './workload-x509-source.ts';

const order = 'spiffe://zt.example/ns/shop/sa/order';
const payment = 'spiffe://zt.example/ns/shop/sa/payment';
const authority = await createTestCertificateAuthority('zt.example');
const partner = await createTestCertificateAuthority('partner.example');

/** An agent, and the source that asks it. */
interface World {
  readonly agent: TestWorkloadApi;
  readonly events: readonly IdentityEvent[];
  happened(name: IdentityEvent['event']): boolean;
  /** Is closed when the test ends. */
  open(spiffeId?: string): Promise<WorkloadX509Source>;
}

const test = baseTest.extend('world', async ({ task: _ }, { onCleanup }): Promise<World> => {
  const agent = await startTestWorkloadApi();
  const events: IdentityEvent[] = [];
  let source: WorkloadX509Source | undefined;
  onCleanup(async () => {
    source?.close();
    await agent.close();
  });
  return {
    agent,
    events,
    happened: (name) => events.some(({ event }) => event === name),
    async open(spiffeId) {
      source = await createWorkloadX509Source({
        socket: agent.socket,
        ...(spiffeId === undefined ? {} : { spiffeId }),
        log: (event) => events.push(event),
        startTimeoutMs: 5_000,
      });
      return source;
    },
  };
});

async function message(
  spiffeIds: readonly string[],
  leaf: Partial<LeafOptions> = {},
  federated: Readonly<Record<string, Buffer>> = {},
): Promise<X509SVIDResponse> {
  const svids = spiffeIds.map(async (spiffeId) => {
    const { chainDer, keyDer } = await authority.issue({ spiffeId, ...leaf });
    return { spiffeId, x509Svid: chainDer, x509SvidKey: keyDer, bundle: authority.bundleDer, hint: '' };
  });
  return { svids: await Promise.all(svids), crl: [], federatedBundles: { ...federated } };
}

const serial = (of: WorkloadX509Source): string => of.current().svid.serialNumber;

/** One for each time that its listeners are told, from now on: mocks are cleared whenever a test beside this one begins. */
function changesOf(of: WorkloadX509Source): readonly Date[] {
  const changes: Date[] = [];
  of.onChange(() => changes.push(new Date()));
  return changes;
}

test.concurrent('the first SVID is there when the source is', async ({ world: { agent, open } }) => {
  agent.send(await message([order]));
  expect((await open()).current().svid.spiffeId.uri).toBe(order);
});

test.concurrent('a registration that arrives late is waited for', async ({ world: { agent, open } }) => {
  const opening = open();
  await new Promise((resolve) => setTimeout(resolve, 300));
  agent.send(await message([order]));
  expect((await opening).current().svid.spiffeId.uri).toBe(order);
});

test.concurrent('of several SVIDs the one that was asked for is taken', async ({ world: { agent, open } }) => {
  agent.send(await message([order, payment]));
  expect((await open(payment)).current().svid.spiffeId.uri).toBe(payment);
});

test.concurrent('a rotation replaces the snapshot whole and tells listeners', async ({ world: { agent, open } }) => {
  agent.send(await message([order]));
  const opened = await open();
  const before = serial(opened);
  const changes = changesOf(opened);
  agent.send(await message([order]));
  await vi.waitUntil(() => serial(opened) !== before);
  expect(changes).toHaveLength(1);
});

test.concurrent('federated bundles come along, but none for the own trust domain', async ({
  world: { agent, open },
}) => {
  const foreign = { 'spiffe://partner.example': partner.bundleDer, 'spiffe://zt.example': partner.bundleDer };
  agent.send(await message([order], {}, foreign));
  const { bundles } = (await open()).current();
  expect([...bundles.keys()]).toEqual(['zt.example', 'partner.example']);
  // Certificates are all equal to `toEqual`: their fingerprints are not.
  const own = bundles.get('zt.example')?.x509Authorities.map(({ fingerprint256 }) => fingerprint256);
  expect(own).toEqual([authority.bundle.x509Authorities[0]?.fingerprint256]);
});

test.concurrent('without the agent the SVID in hand goes on, and the stream is taken up again', async ({
  world: { agent, happened, open },
}) => {
  agent.send(await message([order]));
  const opened = await open();
  const before = serial(opened);
  agent.interrupt();
  await vi.waitUntil(() => happened('agent_lost'));
  expect(serial(opened)).toBe(before);
  agent.send(await message([order]));
  await vi.waitUntil(() => serial(opened) !== before);
});

test.concurrent('a denial that is over in a moment, as after a taint, is no withdrawal', async ({
  world: { agent, happened, open },
}) => {
  agent.send(await message([order]));
  const opened = await open();
  const before = serial(opened);
  agent.deny();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(serial(opened)).toBe(before);
  agent.send(await message([order]));
  await vi.waitUntil(() => serial(opened) !== before);
  expect(happened('identity_withdrawn')).toBe(false);
});

test.concurrent('a denial that lasts withdraws the identity, and a new registration brings it back', async ({
  world: { agent, events, happened, open },
}) => {
  agent.send(await message([order]));
  const opened = await open();
  const changes = changesOf(opened);
  agent.deny();
  await vi.waitUntil(() => happened('identity_withdrawn'), { timeout: 10_000 });
  expect(changes).toHaveLength(1);
  expect(() => opened.current()).toThrow(ZeroTrustError);
  agent.send(await message([order]));
  await vi.waitUntil(() => events.at(-1)?.event === 'svid_received', { timeout: 10_000 });
  expect(opened.current().svid.spiffeId.uri).toBe(order);
});

test.concurrent('an SVID past its end is not handed out, and listeners hear of its end', async ({
  world: { agent, events, happened, open },
}) => {
  agent.send(await message([order], { notAfter: new Date(Date.now() + 3_000) }));
  const opened = await open();
  const ending = serial(opened);
  const changes = changesOf(opened);
  await vi.waitUntil(
    () => {
      try {
        opened.current();
        return false;
      } catch (error) {
        return error instanceof ZeroTrustError && error.reason === 'identity_unavailable';
      }
    },
    { timeout: 10_000 },
  );
  await vi.waitUntil(() => happened('svid_expired'), { timeout: 10_000 });
  expect(changes.length).toBeGreaterThan(0);
  expect(events).toContainEqual({ event: 'svid_expired', serialNumber: ending });
});

test.concurrent('an agent that says nothing while the SVID grows old is asked again', async ({
  world: { agent, events, open },
}) => {
  agent.send(await message([order], { notAfter: new Date(Date.now() + 4_000) }));
  const opened = await open();
  const before = serial(opened);
  agent.prepare(await message([order]));
  await vi.waitUntil(() => serial(opened) !== before, { timeout: 5_000 });
  expect(events).toContainEqual({ event: 'agent_lost', detail: 'the stream fell silent' });
});

test.concurrent('a source that is closed gives no identity, and stays closed', async ({ world: { agent, open } }) => {
  agent.send(await message([order]));
  const opened = await open();
  opened.close();
  agent.send(await message([order]));
  expect(() => opened.current()).toThrow('closed');
});

test.concurrent('where the SVID that was asked for is not among those that came, there is none', async ({
  world: { agent },
}) => {
  agent.send(await message([order]));
  const opening = createWorkloadX509Source({
    socket: agent.socket,
    spiffeId: payment,
    log: () => {},
    startTimeoutMs: 500,
  });
  await expect(opening).rejects.toThrow(`no SVID ${payment}`);
});

test.concurrent('a message that cannot be used changes nothing', async ({ world: { agent, happened, open } }) => {
  agent.send(await message([order]));
  const opened = await open();
  const before = serial(opened);
  const broken = await message([order]);
  agent.send({ ...broken, svids: broken.svids.map((svid) => ({ ...svid, bundle: Buffer.from('not a bundle') })) });
  await vi.waitUntil(() => happened('agent_lost'));
  expect(serial(opened)).toBe(before);
});

test.concurrent('an SVID under another id than its own is refused', async ({ world: { agent } }) => {
  const mixed = await message([order]);
  agent.send({ ...mixed, svids: mixed.svids.map((svid) => ({ ...svid, spiffeId: payment })) });
  await expect(createWorkloadX509Source({ socket: agent.socket, log: () => {}, startTimeoutMs: 500 })).rejects.toThrow(
    'under another id',
  );
});

test.concurrent('a workload that nobody registered is told so', async ({ world: { agent } }) => {
  await expect(createWorkloadX509Source({ socket: agent.socket, log: () => {}, startTimeoutMs: 500 })).rejects.toThrow(
    'not registered',
  );
});

test.concurrent('only a Unix socket is asked', async () => {
  await expect(createWorkloadX509Source({ socket: 'tcp://127.0.0.1:1', log: () => {} })).rejects.toThrow(TypeError);
});

// By itself: the timers that it takes are everybody's.
test("listeners hear of the end of an SVID that came while the machine slept, when Node's timers stand still", async ({
  world: { agent, happened, open },
}) => {
  agent.send(await message([order], { notAfter: new Date(Date.now() + 3_600_000) }));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  try {
    const opened = await open();
    const changes = changesOf(opened);
    vi.setSystemTime(Date.now() + 7_200_000);
    expect(() => opened.current()).toThrow(ZeroTrustError);
    vi.advanceTimersByTime(60_000);
    expect(changes).not.toEqual([]);
    expect(happened('svid_expired')).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
