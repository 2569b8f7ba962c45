import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { OrderServiceService } from '@zt/proto/order';
import { connectDownstream } from './downstream.ts';
import { createOrderClaims } from './order-claims.ts';
import { createOrderFulfilment } from './order-fulfilment.ts';
import { createOrderRecovery } from './order-recovery.ts';
import { orderResources } from './order-resources.ts';
import { createOrderService } from './order-service.ts';
import { createOrderStore } from './order-store.ts';
import { createOrderWork } from './order-work.ts';
import { createRefundStore } from './refund-store.ts';

const now = (): Date => new Date();

await runService({
  name: 'order',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const database = await kit.openDatabase();
    const store = createOrderStore(database);
    const refunds = createRefundStore(database);
    const claims = createOrderClaims(database);
    const { createOwnContext, log } = kit;
    const work = createOrderWork({
      claims,
      refunds,
      downstream: connectDownstream(kit),
      createOwnContext,
      now,
    });
    const fulfilment = createOrderFulfilment({ store, refunds, claims, work, now });
    kit.serve(OrderServiceService, createOrderService({ store, refunds, fulfilment, now }), orderResources);
    const recovery = createOrderRecovery({ claims, work, createOwnContext, log });
    kit.onShutdown(() => recovery.close());
  },
});
