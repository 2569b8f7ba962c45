import { accessGraph, policyData, spiffeIdOf, workloadEdges } from '@zt/access-graph';
import type { PolicyMethod } from '@zt/kit/authz';
import { type Caller, callers } from '../caller.ts';
import type { Job, JobResult } from '../probe/job.ts';
import { methods } from '../probe/methods.ts';
import { type Workload, workloads } from '../stack-description.ts';
import type { Attempt } from './attempt.ts';
import { evidenceOfCall } from './evidence.ts';
import type { World } from './world.ts';

interface Pair {
  readonly from: Caller;
  readonly to: Workload;
  readonly method: string;
  /** Whether it comes with a token in its own name, which it can get since it may call something else there. */
  readonly inItsOwnName: boolean;
  readonly code: string;
  readonly reasons: readonly string[];
}

const idOf = (caller: Caller): string => spiffeIdOf(accessGraph, caller);
const named = (spiffeId: string): Workload | undefined => workloads.find((workload) => idOf(workload) === spiffeId);

/** Every workload and every method of another that the access graph does not let it call. */
const pairs: readonly Pair[] = Object.entries(policyData(accessGraph).graph.methods)
  .filter(([method]) => methods.has(method))
  .flatMap(([method, rule]) =>
    ('services' in rule ? rule.services : [rule.service]).flatMap((service) => {
      const to = named(service);
      if (to === undefined) return [];
      const allowed: readonly string[] = Array.isArray(rule.callers) ? rule.callers : [service];
      const strangers = callers.filter((from) => !allowed.includes(idOf(from)));
      return strangers.flatMap((from) => pairsOf(from, to, method, rule));
    }),
  );

function pairsOf(from: Caller, to: Workload, method: string, rule: PolicyMethod): Pair[] {
  const known = { from, to, method, code: 'PERMISSION_DENIED' };
  const asked = rule.on_behalf_of === 'nobody' ? [] : ['token_missing'];
  const bare = { ...known, inItsOwnName: false, reasons: ['caller_not_allowed', ...asked, ...unmet(rule)] };
  const edge = workloadEdges(accessGraph).find(({ caller, callee }) => caller === idOf(from) && callee === idOf(to));
  if (edge === undefined || rule.on_behalf_of === 'nobody') return [bare];
  const scopes = rule.scopes.every((scope) => edge.scopes.includes(scope)) ? [] : ['scope_missing'];
  const behalf = rule.on_behalf_of === 'user' ? ['user_required'] : [];
  const reasons = ['caller_not_allowed', ...unmet(rule), ...scopes, ...behalf];
  return [bare, { ...known, inItsOwnName: true, reasons }];
}

/** What an empty request without a user lacks besides, in the order of the alphabet. */
function unmet(rule: PolicyMethod): string[] {
  return [
    ...(rule.purpose === undefined ? [] : ['purpose_missing']),
    ...(rule.roles === undefined ? [] : ['role_missing']),
  ];
}

/** One process for all calls of a workload: an SVID is asked for once. */
const results = new WeakMap<World, Map<Caller, Promise<JobResult[]>>>();

function resultsOf(world: World, from: Caller): Promise<JobResult[]> {
  const known = results.get(world) ?? new Map<Caller, Promise<JobResult[]>>();
  results.set(world, known);
  const running = known.get(from) ?? runAll(world, from);
  known.set(from, running);
  return running;
}

async function runAll(world: World, from: Caller): Promise<JobResult[]> {
  const own = pairs.filter((pair) => pair.from === from);
  const audiences = new Set(own.filter(({ inItsOwnName }) => inItsOwnName).map(({ to }) => to));
  const tokens = new Map<Workload, string>();
  for (const audience of audiences) tokens.set(audience, await world.ownTokenOf(from, audience));
  return await world.runAs(
    from,
    own.map(
      ({ to, method, inItsOwnName }): Job => ({
        kind: 'call',
        method,
        address: world.stack.addresses[to],
        server: world.spiffeId(to),
        token: inItsOwnName ? (tokens.get(to) ?? null) : null,
        request: {},
      }),
    ),
  );
}

function blockedPair(pair: Pair): Attempt {
  const { from, to, method, inItsOwnName, code, reasons } = pair;
  const name = method.slice(method.lastIndexOf('/'));
  return {
    id: `no-edge/${from}-${to}${name}${inItsOwnName ? '-in-its-own-name' : ''}`,
    title: `${from} calls ${to}'s ${name.slice(1)} with its own good SVID${inItsOwnName ? ' and its own good token' : ''}`,
    from,
    to,
    method,
    fault: 'no edge in the access graph',
    expected: { code, reasons },
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
