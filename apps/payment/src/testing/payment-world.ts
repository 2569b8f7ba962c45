import { accessGraph, postgresSetup } from '@zt/access-graph';
import { startTestCardNetwork, type TestCardNetwork } from '@zt/card-network/testing';
import { startTestDatabase, type TestDatabase } from '@zt/kit/testing';
import type { ApiKeyVersion } from '@zt/kit/vault';
import { type CardNetwork, createCardNetwork } from '../card-network/card-network.ts';
import { type CardPayments, createCardPayments } from '../card-payments.ts';
import { type CardRefunds, createCardRefunds } from '../card-refunds.ts';
import { createPaymentService } from '../payment-service.ts';
import { createPaymentStore, type PaymentStore } from '../payment-store.ts';
import { createRefundStore, type RefundStore } from '../refund-store.ts';
import { createSettlementStore, type SettlementStore } from '../settlement/settlement-store.ts';

/** Payment with a real database and the simulated card network. */
export interface PaymentWorld {
  readonly service: ReturnType<typeof createPaymentService>;
  readonly database: TestDatabase;
  readonly cards: TestCardNetwork;
  readonly network: CardNetwork;
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly settlements: SettlementStore;
  readonly cardPayments: CardPayments;
  readonly cardRefunds: CardRefunds;
  /** What Vault has: `refresh` takes it over. */
  readonly vault: { key: ApiKeyVersion; inHand: ApiKeyVersion };
  setNow(now: Date): void;
  /** Empty tables, no fault, and an API key that is taken. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export const firstTime = new Date('2026-03-01T12:00:00.000Z');

export async function createPaymentWorld(): Promise<PaymentWorld> {
  const [database, cards] = await Promise.all([
    startTestDatabase({
      name: 'payment',
      migrations: new URL('../../migrations/', import.meta.url),
      setup: postgresSetup(accessGraph, 'payment'),
    }),
    startTestCardNetwork(),
  ]);
  let now = firstTime;
  const good = { value: cards.apiKey, version: 1 };
  const vault = { key: good, inHand: good };
  const network = createCardNetwork({
    url: cards.url,
    caFile: cards.caFile,
    apiKey: {
      current: () => vault.inHand,
      refresh: async () => {
        vault.inHand = vault.key;
      },
    },
    now: () => new Date(),
    attemptMs: 1_000,
  });
  const [payments, refunds] = [createPaymentStore(database), createRefundStore(database)];
  const cardPayments = createCardPayments({ store: payments, network, now: () => now });
  const cardRefunds = createCardRefunds({ store: refunds, network });
  return {
    service: createPaymentService({ payments, refunds, cardPayments, cardRefunds, now: () => now }),
    database,
    cards,
    network,
    payments,
    refunds,
    settlements: createSettlementStore(database),
    cardPayments,
    cardRefunds,
    vault,
    setNow(time) {
      now = time;
    },
    async reset() {
      now = firstTime;
      vault.key = good;
      vault.inHand = good;
      await cards.admin.setFault({ kind: 'none' });
      await database.asOwner('truncate payments, refunds, settlement_notices');
    },
    async close() {
      await network.close();
      await cards.close();
      await database.close();
    },
  };
}
