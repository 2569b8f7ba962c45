import { getRequestListener } from '@hono/node-server';
import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { PaymentServiceService } from '@zt/proto/payment';
import { createCardNetwork } from './card-network/card-network.ts';
import { createCardPayments } from './card-payments.ts';
import { createCardRefunds } from './card-refunds.ts';
import { parsePaymentConfig } from './config.ts';
import { connectDownstream } from './downstream.ts';
import { createOutstanding } from './outstanding.ts';
import { createPaymentService, paymentResources } from './payment-service.ts';
import { createPaymentStore } from './payment-store.ts';
import { createRefundStore } from './refund-store.ts';
import { createSettlementNoticeVerifier } from './settlement/notice-verifier.ts';
import { createSettlementService } from './settlement/settlement-service.ts';
import { createSettlementStore } from './settlement/settlement-store.ts';

const config = parsePaymentConfig(process.env);
const now = (): Date => new Date();

await runService({
  name: 'payment',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const database = await kit.openDatabase();
    const [payments, refunds] = [createPaymentStore(database), createRefundStore(database)];
    const settlements = createSettlementStore(database);
    const network = createCardNetwork({
      url: config.cardNetworkUrl,
      caFile: config.cardNetworkCaFile,
      apiKey: await kit.openApiKey('card-network'),
      now,
    });
    kit.onShutdown(() => network.close());
    kit.trustThirdParty('card-network', createSettlementNoticeVerifier(network, kit.spiffeId));

    const cardPayments = createCardPayments({ store: payments, network, now });
    const cardRefunds = createCardRefunds({ store: refunds, network });
    const downstream = connectDownstream(kit);
    const createOwnContext = kit.createOwnContext.bind(kit);
    const stores = { payments, refunds, cardPayments, cardRefunds };
    const outstanding = createOutstanding({ ...stores, settlements, downstream, createOwnContext, log: kit.log });
    kit.onShutdown(() => outstanding.close());

    kit.serve(PaymentServiceService, createPaymentService({ ...stores, now }), paymentResources);
    const notices = createSettlementService({
      kit,
      store: settlements,
      onTaken: outstanding.pokeSettlements,
      onFailure: (failure) => kit.log.error('notice_failed', failure),
      onLimited: (address) => kit.log.warn('notices_limited', { address }),
      now,
    });
    await kit.serveHttps(getRequestListener(notices.fetch, { overrideGlobalObjects: false }), config.publicAddress);
  },
});
