import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { OrderServiceService } from '@zt/proto/order';
import { parseOrderConfig } from './config.ts';
import { connectDownstream } from './downstream.ts';
import { createOrderFulfilment } from './order-fulfilment.ts';
import { createOrderService, orderResources } from './order-service.ts';
import { createOrderStore } from './order-store.ts';

const config = parseOrderConfig(process.env);
const now = (): Date => new Date();

await runService({
  name: 'order',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const store = createOrderStore(await kit.openDatabase());
    const fulfilment = createOrderFulfilment({ store, downstream: connectDownstream(kit, config), now });
    kit.serve(OrderServiceService, createOrderService({ store, fulfilment, now }), orderResources);
  },
});
