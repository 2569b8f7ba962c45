import type { DecisionRecord } from '@zt/kit/audit';
import { shownName } from '../find-method.ts';
import type { AccessGraph, GraphMethod } from '../graph.ts';
import { callerName, type DeclaredEdge, declaredEdges } from './declared-edges.ts';
import type { CallsFrom, ObservedEdge } from './observed-graph.ts';
import type { SeenCaller } from './seen-caller.ts';
import { nothingSeen, type Tally, tallied } from './tally.ts';

/** The declared edges, each with its counts. */
export interface EdgeTallies {
  /** False where the graph does not declare such a call. */
  add(caller: SeenCaller, method: GraphMethod, record: DecisionRecord): boolean;
  all(): ObservedEdge[];
}

interface Counted {
  readonly edge: DeclaredEdge;
  tally: Tally;
  /** Of the allowed calls, by the caller's method. */
  readonly from: Map<string | null, number>;
}

/** What is known of the request whose records are coming in. */
interface Request {
  readonly traceId: string;
  /** The methods that were allowed in it, by their short names. */
  readonly served: Set<string>;
  /** Allowed calls in it, which are put down to one of the caller's methods when its last record has come. */
  readonly calls: Map<Counted, number>;
}

export function createEdgeTallies(graph: AccessGraph): EdgeTallies {
  const counted = declaredEdges(graph).map((edge): Counted => ({ edge, tally: nothingSeen, from: new Map() }));
  const byName = new Map(counted.map((each) => [keyOf(callerName(each.edge.caller), each.edge.method), each]));
  let request: Request = newRequest('');

  return {
    add(caller, method, record) {
      const found = byName.get(keyOf(declaredName(caller), method));
      if (found === undefined || found.edge.caller.kind !== caller.kind) return false;
      found.tally = tallied(found.tally, record);
      if (record.traceId !== request.traceId) {
        putDown(request);
        request = newRequest(record.traceId);
      }
      if (!record.allowed) return true;
      request.served.add(method.shortName);
      if (found.edge.from.length > 0) request.calls.set(found, (request.calls.get(found) ?? 0) + 1);
      return true;
    },
    all() {
      putDown(request);
      request = newRequest('');
      return counted.map(({ edge, tally, from }) => ({
        caller: edge.caller,
        method: shownName(edge.method),
        from: callsFrom(edge, from),
        ...tally,
      }));
    },
  };
}

function newRequest(traceId: string): Request {
  return { traceId, served: new Set(), calls: new Map() };
}

/** Where several of the caller's methods are in the request it could have been any of them. */
function putDown({ served, calls }: Request): void {
  for (const [{ edge, from }, count] of calls) {
    const possible = edge.from.filter((name) => served.has(name));
    const method = possible.length === 1 ? (possible[0] ?? null) : null;
    from.set(method, (from.get(method) ?? 0) + count);
  }
}

function callsFrom(edge: DeclaredEdge, from: ReadonlyMap<string | null, number>): CallsFrom[] {
  const named = edge.from.map((name) => ({
    method: shownName({ shortName: name }),
    allowed: from.get(name) ?? 0,
  }));
  const unknown = from.get(null) ?? 0;
  return unknown === 0 ? named : [...named, { method: null, allowed: unknown }];
}

function declaredName(caller: SeenCaller): string {
  return caller.kind === 'somebody' ? '' : callerName(caller);
}

function keyOf(caller: string, { fullName }: GraphMethod): string {
  return `${caller} ${fullName}`;
}
