import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createCardNetworkAdmin } from '@zt/card-network/admin';
import { Agent, request } from 'undici';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf } from './evidence.ts';
import { unsigned, withAmount, withHmac, withOwnKey } from './forged-notice.ts';
import { settledOrder } from './own-order.ts';
import { smallOrder, type World } from './world.ts';

const method = '/payment.v1.PaymentService/ReceiveSettlement';

interface NoticeFault {
  readonly id: string;
  readonly title: string;
  readonly fault: string;
  readonly code: string;
  /** Empty where the control says yes and payment's own rules say no. */
  readonly reasons: readonly string[];
  /** What is sent; the last one counts. */
  readonly notices: (world: World, settlementId: string) => Promise<readonly string[]>;
}

/** A notice of a payment of alice's, as the network itself would sign it unless told otherwise. */
async function signed(world: World, settlementId: string, changes: object = {}): Promise<string> {
  return await createCardNetworkAdmin(world.stack.cardNetwork.admin).signNotice({
    paymentId: await settledOrder(world),
    settlementId,
    amount: smallOrder.total,
    audience: world.spiffeId('payment'),
    issuedAt: new Date(),
    ...changes,
  });
}

const ago = (seconds: number) => ({ issuedAt: new Date(Date.now() - seconds * 1000) });

const faults: readonly NoticeFault[] = [
  {
    id: 'missing',
    title: 'somebody sends payment no notice at all',
    fault: 'no notice',
    code: '401',
    reasons: ['token_missing'],
    notices: async () => [''],
  },
  {
    id: 'unsigned',
    title: 'somebody sends payment a notice that says that it needs no signature',
    fault: 'alg none',
    code: '401',
    reasons: ['token_malformed'],
    notices: async (world, id) => [unsigned(await signed(world, id))],
  },
  {
    id: 'other-key',
    title: "somebody signs a notice with a key of their own, under the network's name for its key",
    fault: 'signature of another key',
    code: '401',
    reasons: ['token_signature_invalid'],
    notices: async (world, id) => [withOwnKey(await signed(world, id))],
  },
  {
    id: 'public-key-as-secret',
    title: 'somebody signs a notice with HMAC, and what is public of the network as the secret',
    fault: 'alg HS256',
    code: '401',
    reasons: ['token_algorithm_not_allowed'],
    notices: async (world, id) => [withHmac(await signed(world, id))],
  },
  {
    id: 'changed',
    title: 'somebody changes the amount of a notice on its way',
    fault: 'changed after it was signed',
    code: '401',
    reasons: ['token_signature_invalid'],
    notices: async (world, id) => [withAmount(await signed(world, id), 1)],
  },
  {
    id: 'old',
    title: 'somebody sends payment a notice that was signed six minutes ago',
    fault: 'too old',
    code: '401',
    reasons: ['token_expired'],
    notices: async (world, id) => [await signed(world, id, ago(360))],
  },
  {
    id: 'early',
    title: 'somebody sends payment a notice that will be signed in a minute',
    fault: 'from the future',
    code: '401',
    reasons: ['token_not_yet_valid'],
    notices: async (world, id) => [await signed(world, id, ago(-60))],
  },
  {
    id: 'other-audience',
    title: 'somebody sends payment a notice that is for another merchant',
    fault: 'audience of another',
    code: '401',
    reasons: ['token_audience_wrong'],
    notices: async (world, id) => [await signed(world, id, { audience: 'spiffe://other.example/payment' })],
  },
  {
    id: 'users-token',
    title: "alice sends payment her own access token in a notice's place",
    fault: "a user's token",
    code: '401',
    reasons: ['token_algorithm_not_allowed'],
    notices: async (world) => [await world.tokenOf('alice')],
  },
  {
    id: 'replayed',
    title: 'somebody sends payment a good notice a second time',
    fault: 'replayed',
    code: '401',
    reasons: ['notice_replayed'],
    async notices(world, id) {
      const notice = await signed(world, id);
      return [notice, notice];
    },
  },
  {
    id: 'other-amount',
    title: 'the network pays out another amount than was taken',
    fault: 'amount other than captured',
    code: '409',
    reasons: [],
    notices: async (world, id) => [await signed(world, id, { amount: { currency: 'EUR', minorUnits: 749 } })],
  },
  {
    id: 'unknown-payment',
    title: 'the network pays out for a payment that there never was',
    fault: 'no such payment',
    code: '404',
    reasons: [],
    notices: async (world, id) => [await signed(world, id, { paymentId: randomUUID() })],
  },
];

/** Sends notices as anybody could who reaches payment's port. */
export const refusedNotices: readonly Attempt[] = faults.map(({ id, title, fault, code, reasons, notices }) => ({
  id: `notice/${id}`,
  title,
  from: 'anybody',
  to: 'payment',
  method,
  fault,
  expected: { code, reasons },
  async run(world) {
    const settlementId = randomUUID();
    const startedAt = new Date().toISOString();
    const sent = await notices(world, settlementId);
    let evidence: Evidence | null = null;
    for (const notice of sent) evidence = await send(world, notice);
    if (evidence === null) throw new Error('nothing was sent');
    await assertNotPassedOn(world, startedAt, settlementId, sent.length - 1);
    return evidence;
  },
}));

async function send(world: World, notice: string): Promise<Evidence> {
  const dispatcher = new Agent({ connect: { ca: await readFile(world.stack.bundleFile, 'utf8') } });
  try {
    const { statusCode, headers, body } = await request(world.stack.settlementsUrl, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/jwt' },
      body: notice,
    });
    const answer = await body.text();
    const decisionId = String(headers['x-decision-id'] ?? '');
    const record = await world.ledger.find('payment', (found) => found.decisionId === decisionId);
    const message = answer === '' ? '' : String((JSON.parse(answer) as { detail?: unknown }).detail);
    return evidenceOf({ code: String(statusCode), message }, 'payment', record);
  } finally {
    await dispatcher.close();
  }
}

/** Throws where order was told of this settlement more often than good notices of it were sent. */
async function assertNotPassedOn(world: World, since: string, settlementId: string, wanted: number): Promise<void> {
  const told = (await world.ledger.since(since)).filter(
    ({ service, resource }) => service === world.spiffeId('order') && resource.settlement === settlementId,
  );
  if (told.length > wanted) throw new Error(`order was told of the settlement ${told.length} times`);
}
