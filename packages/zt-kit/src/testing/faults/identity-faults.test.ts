import { status } from '@grpc/grpc-js';
import { test as base, expect, vi } from 'vitest';
import { rollAuthority, taintAuthority } from '../workload-api/index.ts';
import { type GroundWorkload, type IdentityGround, startIdentityGround } from './identity-ground.ts';

const patience = { timeout: 15_000, interval: 20 };
const unavailable = { code: status.UNAVAILABLE };

/** Each has a ground of its own, on which one call was made. They wait more than they work, so they run together. */
const test = base.extend<{ ground: IdentityGround }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs.
  ground: async ({}, use) => {
    const ground = await startIdentityGround();
    await ground.call();
    await use(ground);
    await ground.close();
  },
}).concurrent;

/** Waits until the workload has none any more. */
async function untilWithoutIdentity({ source }: GroundWorkload): Promise<void> {
  await vi.waitUntil(() => {
    try {
      source.current();
      return false;
    } catch {
      return true;
    }
  }, patience);
}

/** Waits until a call goes through again. */
async function untilServed(ground: IdentityGround): Promise<void> {
  await vi.waitFor(() => ground.call(), patience);
}

/**
 * Order serves nobody: the caller is told that, no handler runs, and the handshake is on record. Of one whose SVID is over
 * the caller hangs up in the middle of it.
 */
async function expectRefused(ground: IdentityGround, reason: string): Promise<void> {
  const runs = ground.echo.runs();
  await expect(ground.call()).rejects.toMatchObject(unavailable);
  await expect(ground.callAnew()).rejects.toMatchObject(unavailable);
  await vi.waitUntil(async () => (await ground.refusals(reason)).length > 0, patience);
  expect(ground.echo.runs()).toBe(runs);
}

test('an SVID that expires in seconds serves to its end and no longer, and mended, order serves again', async ({
  ground,
}) => {
  await ground.workloadApi.issueShortLived('order', 3);
  await ground.callAnew();
  await vi.waitUntil(() => ground.order.happened('svid_expired'), patience);
  expect(() => ground.order.source.current()).toThrow('ended its life');
  await expectRefused(ground, 'handshake_failed');
  await ground.workloadApi.mend('order');
  await untilServed(ground);
}, 60_000);

test('a rotation that is forced brings another SVID, and calls go on', async ({ ground }) => {
  const before = ground.order.serialNumber();
  await ground.workloadApi.rotate('order');
  await vi.waitUntil(() => ground.order.serialNumber() !== before, patience);
  await ground.call();
  await ground.callAnew();
});

/** What calls there were while something went on; not one of them may fail. */
async function callsDuring(ground: IdentityGround, happening: () => Promise<void>): Promise<void> {
  let goesOn = true;
  const traffic = (async () => {
    while (goesOn) {
      await ground.call();
      await ground.callAnew();
    }
  })();
  try {
    await happening();
  } finally {
    goesOn = false;
  }
  await traffic;
}

/** Everybody trusts so many authorities, and has an SVID that is no older than that. */
async function settledWith(
  ground: IdentityGround,
  authorities: number,
  since: ReadonlyMap<GroundWorkload, string>,
): Promise<void> {
  await vi.waitUntil(
    () =>
      [ground.order, ground.gateway].every(
        (workload) => trustedBy(workload).length === authorities && workload.serialNumber() !== since.get(workload),
      ),
    patience,
  );
}

const serialNumbers = (ground: IdentityGround) =>
  new Map([ground.order, ground.gateway].map((workload) => [workload, workload.serialNumber()]));

/** The authorities that a workload trusts for its own trust domain. */
function trustedBy({ source }: GroundWorkload): readonly string[] {
  const authorities = source.current().bundles.get('zt.example')?.x509Authorities ?? [];
  return authorities.map(({ fingerprint256 }) => fingerprint256);
}

test('an authority is rolled without a call that fails', async ({ ground }) => {
  const before = serialNumbers(ground);
  const [old] = trustedBy(ground.order);
  await callsDuring(ground, () =>
    rollAuthority(ground.authority, async (step) => {
      if (step === 'prepare') await settledWith(ground, 2, new Map());
      if (step === 'taint') await settledWith(ground, 2, before);
      if (step === 'revoke') await settledWith(ground, 1, before);
    }),
  );
  expect(trustedBy(ground.order)).not.toContain(old);
  expect(trustedBy(ground.gateway)).toEqual(trustedBy(ground.order));
  expect(await ground.refusals('peer_certificate_untrusted')).toEqual([]);
}, 60_000);

test('a tainted authority has new SVIDs at once, and calls go on', async ({ ground }) => {
  const before = serialNumbers(ground);
  await callsDuring(ground, () =>
    taintAuthority(ground.authority, async (step) => {
      if (step === 'prepare') await settledWith(ground, 2, new Map());
      if (step === 'taint') await settledWith(ground, 2, before);
    }),
  );
  expect(ground.order.happened('identity_withdrawn')).toBe(false);
  expect(ground.order.serialNumber()).not.toBe(before.get(ground.order));
  expect(ground.gateway.serialNumber()).not.toBe(before.get(ground.gateway));
  expect(trustedBy(ground.order)).toHaveLength(2);
}, 60_000);

test('a withdrawn identity serves and calls no more after the grace time, until it is registered again', async ({
  ground,
}) => {
  ground.workloadApi.withdraw('order');
  await ground.call();
  await untilWithoutIdentity(ground.order);
  expect(ground.order.happened('identity_withdrawn')).toBe(true);
  await expectRefused(ground, 'identity_unavailable');
  await ground.registerOrder();
  await untilServed(ground);
}, 60_000);

test('a caller whose identity is withdrawn calls nobody', async ({ ground }) => {
  ground.workloadApi.withdraw('gateway');
  await untilWithoutIdentity(ground.gateway);
  const runs = ground.echo.runs();
  await expect(ground.call()).rejects.toMatchObject(unavailable);
  await expect(ground.callAnew()).rejects.toMatchObject(unavailable);
  expect(ground.echo.runs()).toBe(runs);
}, 60_000);

test('on a stream that hangs the SVID in hand serves to its end, and mended, order serves again', async ({
  ground,
}) => {
  await ground.registerOrder({ ttlSeconds: 4 });
  await vi.waitUntil(() => remainingMs(ground.order) < 5_000, patience);
  ground.workloadApi.hang('order');
  await ground.call();
  await vi.waitUntil(() => ground.order.happened('svid_expired'), patience);
  expect(() => ground.order.source.current()).toThrow('ended its life');
  await expectRefused(ground, 'handshake_failed');
  await ground.workloadApi.mend('order');
  await vi.waitFor(() => ground.call(), { timeout: 30_000, interval: 50 });
}, 60_000);

function remainingMs({ source }: GroundWorkload): number {
  return source.current().svid.notAfter.getTime() - Date.now();
}

test('after half a message the SVID in hand goes on, and the stream is taken up again', async ({ ground }) => {
  const before = ground.order.serialNumber();
  ground.workloadApi.halfAMessage('order');
  await vi.waitUntil(() => ground.order.happened('agent_lost'), patience);
  await ground.call();
  await ground.callAnew();
  expect(ground.order.serialNumber()).toBe(before);
  await ground.workloadApi.mend('order');
  await ground.workloadApi.rotate('order');
  await vi.waitUntil(() => ground.order.serialNumber() !== before, patience);
  await ground.callAnew();
}, 60_000);

test('answers that are slow are waited for, with the SVID in hand', async ({ ground }) => {
  const before = ground.order.serialNumber();
  ground.workloadApi.answerSlowly(500, 'order');
  await ground.workloadApi.rotate('order');
  await ground.call();
  await vi.waitUntil(() => ground.order.serialNumber() !== before, patience);
  expect(ground.order.happened('agent_lost')).toBe(false);
});

test('while the Workload API is gone the SVID in hand goes on, and the next one comes when it is back', async ({
  ground,
}) => {
  const before = ground.order.serialNumber();
  await ground.workloadApi.stop();
  await vi.waitUntil(() => ground.order.happened('agent_lost'), patience);
  await ground.callAnew();
  await ground.workloadApi.start();
  await ground.workloadApi.rotate();
  await vi.waitUntil(() => ground.order.serialNumber() !== before, patience);
  await ground.callAnew();
}, 60_000);

test('SVIDs of an issuer whose clock is five minutes ahead open no connection, and those that are open go on', async ({
  ground,
}) => {
  const before = serialNumbers(ground);
  const runs = ground.echo.runs();
  ground.authority.skewClock(300_000);
  await ground.workloadApi.rotate('gateway');
  await vi.waitUntil(() => ground.gateway.serialNumber() !== before.get(ground.gateway), patience);
  await expect(ground.callAnew()).rejects.toMatchObject(unavailable);
  await vi.waitUntil(async () => (await ground.refusals('peer_certificate_expired')).length > 0, patience);
  // The caller refuses a server just the same.
  await ground.workloadApi.rotate('order');
  await vi.waitUntil(() => ground.order.serialNumber() !== before.get(ground.order), patience);
  await expect(ground.callAnew()).rejects.toMatchObject(unavailable);
  expect(ground.echo.runs()).toBe(runs);
  await ground.call();
  ground.authority.skewClock(0);
  await ground.workloadApi.rotate();
  await vi.waitFor(() => ground.callAnew(), patience);
}, 60_000);

test('SVIDs of an issuer whose clock is five minutes behind are over when they come: nobody has an identity', async ({
  ground,
}) => {
  ground.authority.skewClock(-300_000);
  await ground.workloadApi.rotate();
  await untilWithoutIdentity(ground.order);
  await untilWithoutIdentity(ground.gateway);
  const runs = ground.echo.runs();
  await expect(ground.call()).rejects.toMatchObject(unavailable);
  expect(ground.echo.runs()).toBe(runs);
  ground.authority.skewClock(0);
  await ground.workloadApi.rotate();
  await untilServed(ground);
}, 60_000);
