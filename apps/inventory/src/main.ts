import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { InventoryServiceService } from '@zt/proto/inventory';
import { createInventoryService, inventoryResources } from './inventory-service.ts';
import { createInventoryStore } from './inventory-store.ts';

await runService({
  name: 'inventory',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const store = createInventoryStore(await kit.openDatabase());
    const service = createInventoryService({ store, now: () => new Date() });
    kit.serve(InventoryServiceService, service, inventoryResources);
  },
});
