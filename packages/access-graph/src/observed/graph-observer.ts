import type { DecisionRecord } from '@zt/kit/audit';
import { shownName } from '../find-method.ts';
import type { AccessGraph, GraphMethod } from '../graph.ts';
import { healthMethods } from '../methods-of.ts';
import { spiffeIdOf } from '../spiffe-id-of.ts';
import { createEdgeTallies } from './edge-tallies.ts';
import type { ObservedGraph } from './observed-graph.ts';
import { createCallerReader, type SeenCaller } from './seen-caller.ts';
import { createTallyRows } from './tally-rows.ts';

/** Compares decisions with a graph, one after the other: what it keeps grows with the graph, never with the decisions. */
export interface GraphObserver {
  /** Records of one request have to come one after the other, or it is not known from which method a call came. */
  see(record: DecisionRecord): void;
  /** What was seen until now. */
  observed(): ObservedGraph;
}

/** More callers than that in one list nobody reads; the rest is counted. */
const mostRows = 200;

/**
 * What an edge of the graph is compared with is the workload at the other end of the connection and the method, as policy
 * does. A call that was allowed and then refused inside its method has two decisions, and counts as both.
 */
export function createGraphObserver(graph: AccessGraph): GraphObserver {
  const services = new Map(graph.services.map((service) => [spiffeIdOf(graph, service.name), service]));
  const methods = new Map(graph.services.flatMap((service) => service.methods.map((each) => [each.fullName, each])));
  const callerOf = createCallerReader(graph);
  const edges = createEdgeTallies(graph);
  const undeclared = createTallyRows<{ caller: SeenCaller; service: string; method: string }>(mostRows);
  const handshakes = createTallyRows<{ caller: SeenCaller; service: string }>(mostRows);
  let decisions = 0;
  let first: string | null = null;
  let last: string | null = null;

  function methodOf(record: DecisionRecord): GraphMethod | undefined {
    const service = services.get(record.service);
    const method = methods.get(record.method);
    return method !== undefined && service?.methods.includes(method) === true ? method : undefined;
  }

  return {
    see(record) {
      // A policy bundle is nobody's call.
      if (record.kind === 'bundle') return;
      decisions += 1;
      if (first === null || record.time < first) first = record.time;
      if (last === null || record.time > last) last = record.time;
      const method = methodOf(record);
      const caller = callerOf(record, method);
      const service = services.get(record.service)?.name ?? record.service;
      if (record.kind === 'handshake') return handshakes.add({ caller, service }, record);
      const isSelfCheck =
        caller.kind === 'workload' && caller.name === service && healthMethods.includes(record.method);
      if (isSelfCheck && record.allowed) return;
      if (method !== undefined && edges.add(caller, method, record)) return;
      const name = method === undefined ? record.method.replace(/^\//, '') : shownName(method);
      undeclared.add({ caller, service, method: name }, record);
    },
    observed: () => ({
      decisions,
      first,
      last,
      edges: edges.all(),
      undeclared: undeclared.all(),
      handshakes: handshakes.all(),
      leftOut: undeclared.leftOut() + handshakes.leftOut(),
    }),
  };
}
