import { accessGraph, policyData, spiffeIdOf } from '@zt/access-graph';
import type { Job, JobResult } from '../probe/job.ts';
import { type Workload, workloads } from '../stack-description.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOfCall } from './evidence.ts';
import type { World } from './world.ts';

interface Pair {
  readonly from: Workload;
  readonly to: Workload;
  readonly method: string;
  readonly reasons: readonly string[];
}

const isUnary = (method: string): boolean => !method.endsWith('/Watch');
const named = (spiffeId: string): Workload | undefined =>
  workloads.find((workload) => spiffeIdOf(accessGraph, workload) === spiffeId);

/** Every workload and every method of another that the access graph does not let it call. */
const pairs: readonly Pair[] = Object.entries(policyData(accessGraph).graph.methods)
  .filter(([method, rule]) => (rule.callers === 'itself' || Array.isArray(rule.callers)) && isUnary(method))
  .flatMap(([method, rule]) => {
    const services = 'services' in rule ? rule.services : [rule.service];
    const reasons = rule.on_behalf_of === 'user' ? ['caller_not_allowed', 'token_missing'] : ['caller_not_allowed'];
    return services.flatMap((service) => {
      const to = named(service);
      if (to === undefined) return [];
      const callers = Array.isArray(rule.callers) ? rule.callers : [service];
      const strangers = workloads.filter((from) => !callers.includes(spiffeIdOf(accessGraph, from)));
      return strangers.map((from): Pair => ({ from, to, method, reasons }));
    });
  });

const jobOf = (world: World, { to, method }: Pair): Job => ({
  kind: 'call',
  method,
  address: world.stack.addresses[to],
  server: world.spiffeId(to),
  token: null,
  request: {},
});

/** One process for all calls of a workload: an SVID is asked for once. */
const results = new WeakMap<World, Map<Workload, Promise<JobResult[]>>>();

function resultsOf(world: World, from: Workload): Promise<JobResult[]> {
  const known = results.get(world) ?? new Map<Workload, Promise<JobResult[]>>();
  results.set(world, known);
  const running =
    known.get(from) ??
    world.runAs(
      from,
      pairs.filter((pair) => pair.from === from).map((pair) => jobOf(world, pair)),
    );
  known.set(from, running);
  return running;
}

function blockedPair(pair: Pair): Attempt {
  const { from, to, method, reasons } = pair;
  return {
    id: `no-edge/${from}-${to}${method.slice(method.lastIndexOf('/'))}`,
    title: `${from} calls ${to}'s ${method.slice(method.lastIndexOf('/') + 1)} with its own good SVID`,
    from,
    to,
    method,
    fault: 'no edge in the access graph',
    expected: { code: 'PERMISSION_DENIED', reasons },
    async run(world) {
      const index = pairs.filter((other) => other.from === from).indexOf(pair);
      const result = (await resultsOf(world, from))[index];
      if (result === undefined) throw new Error('the probe gave no result');
      return await evidenceOfCall(world, to, result);
    },
  };
}

/** Whoever is not named as a caller is refused, on every ordered pair and method. */
export const everyOtherPair: readonly Attempt[] = pairs.map(blockedPair);
