import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { InventoryServiceService } from '@zt/proto/inventory';
import { createInventoryService, inventoryResources } from './inventory-service.ts';
import { createInventoryStore } from './inventory-store.ts';
import { createReservationSweeper } from './reservation-sweeper.ts';

const now = (): Date => new Date();

await runService({
  name: 'inventory',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const store = createInventoryStore(await kit.openDatabase());
    kit.serve(InventoryServiceService, createInventoryService({ store, now }), inventoryResources);
    const sweeper = createReservationSweeper({ store, now, log: kit.log });
    kit.onShutdown(() => sweeper.close());
  },
});
