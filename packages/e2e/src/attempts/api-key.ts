import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createCardNetworkAdmin } from '@zt/card-network/admin';
import { Agent, request } from 'undici';
import type { Caller } from '../caller.ts';
import { zt } from '../zt-command.ts';
import type { Attempt, Evidence } from './attempt.ts';
import { evidenceOf, only } from './evidence.ts';
import { isWritten } from './is-written.ts';
import { smallOrder, type World } from './world.ts';

const path = 'kv/data/payment/card-network';

function readAs(caller: Caller): Attempt {
  return {
    id: `api-key/read-by-${caller}`,
    title: `${caller} reads from Vault the API key with which payment calls the card network`,
    from: caller,
    to: 'vault',
    method: path,
    fault: "another service's secret",
    expected: { code: '403', reasons: ['permission denied'] },
    async run(world) {
      const startedAt = new Date();
      const { vault: vaultAddress } = world.stack.addresses;
      const vault = world.spiffeId('vault');
      const result = only(await world.runAs(caller, [{ kind: 'vault-read', vaultAddress, vault, role: caller, path }]));
      const written = await isWritten(world.stack.vaultAuditFile, (line) => isRefusedRead(line, caller, startedAt));
      return {
        code: result.code,
        message: result.message,
        reasons: written ? ['permission denied'] : [],
        recordedBy: written ? "Vault's audit log" : null,
      };
    },
  };
}

interface AuditEntry {
  readonly time: string;
  readonly error?: string;
  readonly auth?: { readonly display_name?: string };
}

function isRefusedRead(line: string, caller: string, startedAt: Date): boolean {
  if (!line.includes(`"path":"${path}"`) || !line.includes('permission denied')) return false;
  const { time, error, auth } = JSON.parse(line) as AuditEntry;
  return error !== undefined && auth?.display_name?.includes(caller) === true && new Date(time) >= startedAt;
}

const invented: Attempt = {
  id: 'api-key/invented',
  title: 'a thief calls the card network with an API key that it never made',
  from: 'anybody',
  to: 'card-network',
  method: 'POST /v1/payments',
  fault: 'unknown API key',
  expected: { code: '401', reasons: ['api_key_not_accepted'] },
  async run(world) {
    const before = await paymentsAt(world);
    const dispatcher = new Agent({ connect: { ca: await readFile(world.stack.cardNetwork.admin.caFile, 'utf8') } });
    const { statusCode, body } = await request(`${world.stack.cardNetwork.url}/v1/payments`, {
      method: 'POST',
      dispatcher,
      headers: { authorization: 'Bearer cnk_invented', 'idempotency-key': randomUUID() },
      body: JSON.stringify({ paymentId: randomUUID(), amount: smallOrder.total }),
    });
    const { error } = (await body.json()) as { readonly error?: string };
    await dispatcher.close();
    const unchanged = (await paymentsAt(world)) === before;
    return {
      code: String(statusCode),
      message: '',
      reasons: error === undefined ? [] : [error],
      recordedBy: unchanged ? "the card network's books, in which nothing has changed" : null,
    };
  },
};

async function paymentsAt(world: World): Promise<number> {
  return (await createCardNetworkAdmin(world.stack.cardNetwork.admin).listPayments()).length;
}

const authorizePayment = '/payment.v1.PaymentService/AuthorizePayment';

const revoked: Attempt = {
  id: 'api-key/revoked',
  title: 'order pays for alice while the card network does not accept the key that payment has',
  from: 'order',
  to: 'payment',
  method: authorizePayment,
  fault: 'revoked API key',
  expected: { code: 'UNAVAILABLE', reasons: ['api_key_unavailable'] },
  async run(world): Promise<Evidence> {
    const atOrder = await world.exchangeAs('gateway', await world.tokenOf('alice'), 'order', [
      'orders:write',
      'payments:write',
    ]);
    const token = await world.exchangeAs('order', atOrder, 'payment', ['payments:write']);
    const network = createCardNetworkAdmin(world.stack.cardNetwork.admin);
    for (const { keyId } of await network.listKeys()) await network.revokeKey(keyId);
    try {
      const [address, server] = [world.stack.addresses.payment, world.spiffeId('payment')];
      const id = randomUUID();
      const body = { paymentId: id, orderId: id, amount: smallOrder.total };
      const result = only(
        await world.runAs('order', [{ kind: 'call', method: authorizePayment, address, server, token, request: body }]),
      );
      const record = await world.ledger.find('payment', (found) => found.decisionId === result.decisionId);
      const isPaid = (await network.listPayments()).some(({ paymentId }) => paymentId === id);
      if (isPaid) throw new Error('the card network did what it was asked for');
      return evidenceOf(result, 'payment', record);
    } finally {
      await zt('rotate-api-key', '--name', world.stack.name);
    }
  },
};

/** The one secret that lives for longer: who gets it, and what it is worth to whoever should not have it. */
export const apiKeyPaths: readonly Attempt[] = [readAs('order'), readAs('operator'), invented, revoked];
