import { randomUUID } from 'node:crypto';
import { startTestCardNetwork, type TestCardNetwork } from '@zt/card-network/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CardNetwork, createCardNetwork } from './card-network.ts';

let cards: TestCardNetwork;
let network: CardNetwork;

beforeAll(async () => {
  cards = await startTestCardNetwork();
  network = createCardNetwork({
    url: cards.url,
    caFile: cards.caFile,
    apiKey: {
      current: () => ({ value: 'cnk_revoked', version: 1 }),
      refresh: () => new Promise(() => {}),
    },
    now: () => new Date(),
    attemptMs: 1_000,
  });
});

afterAll(async () => {
  await network?.close();
  await cards?.close();
});

test('a call whose key is not accepted does not wait for a Vault that gives no answer', async () => {
  const patience = { deadline: new Date(Date.now() + 3_000), signal: new AbortController().signal };
  const asked = network.carryOut({ kind: 'void', paymentId: randomUUID() }, patience);
  await expect(asked).rejects.toMatchObject({ reason: 'api_key_unavailable' });
});
