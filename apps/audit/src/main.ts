import { accessGraph, policyData } from '@zt/access-graph';
import { runService } from '@zt/kit/service';
import { policyWasm } from '@zt/policy';
import { AuditServiceService } from '@zt/proto/audit';
import { auditResources, createAuditService, createOwnSink, type OnGap } from './audit-service.ts';
import { createAuditStore } from './audit-store.ts';
import { createBundleFeed } from './bundle-feed.ts';
import { createBundleStore } from './bundle-store.ts';
import { createCheckpointWriter } from './checkpoint-writer.ts';
import { publishBundle } from './publish-bundle.ts';

await runService({
  name: 'audit',
  env: process.env,
  policy: { wasm: policyWasm, data: policyData(accessGraph) },
  start: async (kit) => {
    const database = await kit.openDatabase();
    const store = createAuditStore(database);
    const now = () => new Date();
    const onGap: OnGap = (gap) => kit.log.error('records_missing', { ...gap });
    const { verify, take } = kit.policyBundles;
    const bundles = createBundleStore(database);
    const feed = createBundleFeed({
      store: bundles,
      take,
      onFailure: (error) => kit.log.warn('policy_bundles_unknown', { error: String(error) }),
    });
    // Its streams have no end of their own, which would be waited for.
    kit.onStopping(() => feed.close());
    const publish = async (statement: string): Promise<number> => {
      const revision = await publishBundle(statement, { store: bundles, verify, now: now() });
      feed.lookNow();
      return revision;
    };
    const service = createAuditService({ store, now, onGap, bundles: { publish, feed } });
    kit.serve(AuditServiceService, service, auditResources);
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
