import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { AuditServiceService } from '@zt/proto/audit';
import { auditResources, createAuditService, createOwnSink, type OnGap } from './audit-service.ts';
import { createAuditStore } from './audit-store.ts';
import { createCheckpointWriter } from './checkpoint-writer.ts';

await runService({
  name: 'audit',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const store = createAuditStore(await kit.openDatabase());
    const now = () => new Date();
    const onGap: OnGap = (gap) => kit.log.error('records_missing', { ...gap });
    kit.serve(AuditServiceService, createAuditService({ store, now, onGap }), auditResources);
    kit.keepRecordsWith(createOwnSink({ store, writer: kit.spiffeId, now, onGap }));
    const checkpoints = createCheckpointWriter({
      store,
      source: kit.source,
      everyMs: 5_000,
      onFailure: (error) => kit.log.warn('checkpoint_failed', { error: String(error) }),
    });
    kit.onShutdown(() => checkpoints.close());
  },
});
