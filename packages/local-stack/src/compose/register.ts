import { accessGraph } from '@zt/access-graph';
import { reconcileEntries } from '../spire/reconcile-entries.ts';
import type { SpireServerCommands } from '../spire/spire-server-commands.ts';
import { workloadEntries } from '../spire/workload-entries.ts';
import { containerWorkloads, labelSelectors } from './container-workloads.ts';
import type { Patience } from './patience.ts';
import { isOfTrial } from './trial/trial-entries.ts';
import { writeChanged } from './write-changed.ts';

/**
 * Tells SPIRE's server which container gets which identity, and hands the agent the bundle by which it knows that server.
 * Run again, it changes nothing; also not for a trial that is going on.
 */
export async function register(options: {
  readonly server: SpireServerCommands;
  readonly bootstrapBundle: string;
  readonly svidTtlSeconds: number;
  readonly patience: Patience;
  readonly report: (line: string) => void;
}): Promise<void> {
  const { server, svidTtlSeconds, report } = options;
  const bundle = await options.patience('spire-server', () => server.text(['bundle', 'show']));
  const before = await writeChanged(options.bootstrapBundle, bundle);
  report(`trust bundle for the agent: ${before === 'same' ? 'as it should be' : 'written'}`);
  const entries = workloadEntries(containerWorkloads(accessGraph), {
    trustDomain: accessGraph.trustDomain,
    svidTtlSeconds,
    selectorsOf: labelSelectors,
  });
  const { create, update, remove } = await reconcileEntries(server, entries, (entry) => isOfTrial(entry, new Date()));
  const changes = [
    ...create.map(({ spiffe_id: id }) => `new: ${id}`),
    ...update.map(({ spiffe_id: id }) => `changed: ${id}`),
    ...(remove.length === 0 ? [] : [`removed: ${remove.length}`]),
  ];
  for (const change of changes) report(change);
  report(`${entries.length} workloads${changes.length === 0 ? ': as they should be' : ''}`);
}
