import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type CryptoKey, compactVerify, importJWK } from 'jose';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { provideServerCertificate } from '../secrets/server-certificate.ts';
import { startTestCardNetwork, type TestCardNetwork } from '../testing/index.ts';
import { provideNoticeKey } from './notice-key.ts';

let merchant: Server;
let network: TestCardNetwork;
let directory: string;
let answers: number[];
let notices: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zt-merchant-'));
  answers = [];
  notices = [];
  merchant = createServer(
    await provideServerCertificate(directory, ['localhost'], new Date()),
    async (incoming, response) => {
      notices.push(await text(incoming));
      response.writeHead(answers.shift() ?? 202).end();
    },
  ).listen(0, '127.0.0.1');
  await once(merchant, 'listening');
  network = await startTestCardNetwork({
    merchantUrl: `https://localhost:${(merchant.address() as AddressInfo).port}/settlements`,
    merchantCaFile: join(directory, 'authority.pem'),
    settleAfterSeconds: 0,
  });
});

afterEach(async () => {
  await network.close();
  merchant.closeAllConnections();
  merchant.close();
  await rm(directory, { recursive: true });
});

async function pay(): Promise<void> {
  const post = async (path: string, key: string, body: unknown) => {
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const headers = { authorization: `Bearer ${network.apiKey}`, 'idempotency-key': key };
    await request(`${network.url}/v1/payments${path}`, {
      method: 'POST',
      dispatcher,
      headers,
      body: JSON.stringify(body),
    });
    await dispatcher.destroy();
  };
  const amount = { currency: 'EUR', minorUnits: 1999 };
  await post('', 'hold-0001', { paymentId: 'payment-0001', amount });
  await post('/payment-0001/capture', 'capture-1', {});
}

const read = async (notice: string) => {
  const { keys } = provideNoticeKey(network.stateDirectory).publicKeys;
  const { payload, protectedHeader } = await compactVerify(
    notice,
    (await importJWK(keys[0] ?? {}, 'EdDSA')) as CryptoKey,
  );
  return { header: protectedHeader, claims: JSON.parse(new TextDecoder().decode(payload)) };
};

test('a merchant is told of a settlement with a signed notice', async () => {
  await pay();
  await vi.waitFor(() => expect(notices).toHaveLength(1), { timeout: 5_000 });
  const { header, claims } = await read(notices[0] ?? '');
  expect(header).toMatchObject({ alg: 'EdDSA', typ: 'settlement+jwt' });
  expect(claims).toMatchObject({
    iss: 'card-network',
    aud: 'spiffe://zt.example/ns/shop/sa/payment',
    payment_id: 'payment-0001',
    amount_minor_units: 1999,
    currency: 'EUR',
  });
  await vi.waitFor(async () => expect(await network.admin.outstandingSettlements()).toBe(0));
});

test('a notice that is not taken is sent again, of the same settlement and under a new id, also after a restart', async () => {
  answers = [503];
  await pay();
  await vi.waitFor(() => expect(notices).toHaveLength(1), { timeout: 5_000 });
  await network.restart();
  await vi.waitFor(() => expect(notices).toHaveLength(2), { timeout: 8_000 });
  const [first, second] = await Promise.all(notices.map(read));
  expect(second?.claims.settlement_id).toBe(first?.claims.settlement_id);
  expect(second?.claims.jti).not.toBe(first?.claims.jti);
}, 15_000);
