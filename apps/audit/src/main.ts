import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { AuditServiceService } from '@zt/proto/audit';
import { auditResources, createAuditService, keepOwn } from './audit-service.ts';
import { createAuditStore } from './audit-store.ts';
import { createCheckpointWriter } from './checkpoint-writer.ts';

await runService({
  name: 'audit',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const store = createAuditStore(await kit.openDatabase());
    kit.serve(AuditServiceService, createAuditService({ store, now: () => new Date() }), auditResources);
    kit.keepRecordsWith((batch) => keepOwn(store, batch, kit.spiffeId, new Date()));
    const checkpoints = createCheckpointWriter({
      store,
      source: kit.source,
      everyMs: 5_000,
      onFailure: (error) => kit.log.warn('checkpoint_failed', { error: String(error) }),
    });
    kit.onShutdown(() => checkpoints.close());
  },
});
