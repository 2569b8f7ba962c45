import { setTimeout as sleep } from 'node:timers/promises';
import { traceIdOf, traceparentOf } from '@zt/kit/authz';
import type { Reason } from '@zt/kit/errors';
import { createTestCertificateAuthority } from '@zt/kit/testing';
import type { Attempt, Evidence } from './attempt.ts';
import { only } from './evidence.ts';
import { type FalseServer, serveAs, serveWith } from './false-server.ts';
import { hold } from './shop-path.ts';
import type { World } from './world.ts';

const placeOrder = '/order.v1.OrderService/PlaceOrder';

/** What a client says of a server that it refuses. */
const refusals: readonly [RegExp, Reason][] = [
  [/is not a peer of this connection/, 'peer_not_expected'],
  [/no bundle for the trust domain/, 'peer_trust_domain_unknown'],
  [/no authority of its own trust domain/, 'peer_certificate_untrusted'],
  [/ended its life/, 'peer_certificate_expired'],
];

/** Calls order for alice as the gateway does, at an address that is not order's. Throws where order heard of it all the same. */
async function callOrderAt(world: World, address: string): Promise<Evidence> {
  const token = await world.exchangeAs('gateway', await world.tokenOf('alice'), 'order', ['orders:write']);
  const traceId = traceIdOf(null);
  const { code, message } = only(
    await world.runAs('gateway', [
      {
        kind: 'call',
        method: placeOrder,
        address,
        server: world.spiffeId('order'),
        token,
        traceparent: traceparentOf(traceId),
        request: {},
      },
    ]),
  );
  const [decided] = await world.ledger.trace(traceId);
  hold(decided === undefined, `${decided?.service} was asked, and decided`);
  const reasons = refusals.filter(([words]) => words.test(message)).map(([, reason]) => reason);
  return {
    code,
    message,
    reasons,
    recordedBy: reasons.length === 0 ? null : "the gateway's own client, in its answer",
  };
}

interface FalseServerFault {
  readonly id: string;
  readonly title: string;
  readonly fault: string;
  readonly reason: Reason;
  readonly serve: (world: World) => Promise<FalseServer>;
  /** Waits until the server's certificate has ended: the server listens from before the first of all paths. */
  readonly isExpired?: true;
}

const faults: readonly FalseServerFault[] = [
  {
    id: 'other-workload',
    title: "gateway calls order where payment listens, with payment's own good SVID",
    fault: 'SVID of another workload',
    reason: 'peer_not_expected',
    serve: (world) => serveAs(world, 'payment'),
  },
  {
    id: 'relay',
    title:
      'gateway calls order where payment sits in the middle with a good SVID, and would pass everything on to order',
    fault: 'relay in the middle',
    reason: 'peer_not_expected',
    serve: (world) => serveAs(world, 'payment', world.stack.addresses.order),
  },
  {
    id: 'own-authority',
    title: "gateway calls order where somebody listens with order's ID, under an authority of their own making",
    fault: 'certificate of another authority',
    reason: 'peer_certificate_untrusted',
    serve: (world) => serveUnder('zt.example', world.spiffeId('order')),
  },
  {
    id: 'foreign-trust-domain',
    title: "gateway calls order where somebody listens with order's name in a trust domain of their own",
    fault: 'foreign trust domain',
    reason: 'peer_trust_domain_unknown',
    serve: () => serveUnder('evil.example', 'spiffe://evil.example/ns/shop/sa/order'),
  },
  {
    id: 'expired',
    title: "gateway calls order where a process of order's listens with an SVID that has ended",
    fault: 'expired SVID',
    reason: 'peer_certificate_expired',
    serve: (world) => serveAs(world, 'order'),
    isExpired: true,
  },
];

async function serveUnder(trustDomain: string, spiffeId: string): Promise<FalseServer> {
  const notAfter = new Date(Date.now() + 10 * 60_000);
  const authority = await createTestCertificateAuthority(trustDomain);
  return await serveWith(await authority.issue({ spiffeId, notAfter }), notAfter);
}

function attemptOf({ id, title, fault, reason, serve, isExpired }: FalseServerFault): Attempt {
  let announced: Promise<FalseServer> | null = null;
  return {
    id: `other-side/${id}`,
    title,
    from: 'gateway',
    to: 'order',
    method: placeOrder,
    fault,
    expected: { code: 'UNAVAILABLE', reasons: [reason] },
    announce(world) {
      if (isExpired === undefined) return;
      announced = serve(world);
      announced.catch(() => {});
    },
    async run(world) {
      const server = await (announced ?? serve(world));
      try {
        if (isExpired) await sleep(Math.max(0, server.notAfter.getTime() + 1_000 - Date.now()));
        const evidence = await callOrderAt(world, server.address);
        const { bytes, visits } = await server.heard();
        hold(visits > 0, 'nobody came to the false server');
        hold(bytes === 0, `the false server could read ${bytes} bytes`);
        return { ...evidence, observed: `the other end had ${visits} connections, and could read no byte` };
      } finally {
        announced = null;
        await server.close();
      }
    },
  };
}

const poisonedName: Attempt = {
  id: 'other-side/poisoned-name',
  title: "gateway calls order under a name that leads to payment's own door",
  from: 'gateway',
  to: 'order',
  method: placeOrder,
  fault: 'address of another service',
  expected: { code: 'UNAVAILABLE', reasons: ['peer_not_expected'] },
  run: (world) => callOrderAt(world, world.stack.addresses.payment),
};

/** Each stands where order should, with more of a right to it than the one before; none reads a byte of a call. */
export const falseServers: readonly Attempt[] = [...faults.map(attemptOf), poisonedName];
