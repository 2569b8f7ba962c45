import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { PaymentServiceService } from '@zt/proto/payment';
import { createPaymentService, paymentResources } from './payment-service.ts';
import { createPaymentStore } from './payment-store.ts';

await runService({
  name: 'payment',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const store = createPaymentStore(await kit.openDatabase());
    const service = createPaymentService({ store, now: () => new Date() });
    kit.serve(PaymentServiceService, service, paymentResources);
  },
});
