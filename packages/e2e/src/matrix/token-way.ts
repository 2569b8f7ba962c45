import { type AccessGraph, type GraphMethod, scopesAlong, spiffeIdOf } from '@zt/access-graph';

/** One exchange of a user's token on its way: by whom, for whom, and with which scopes. */
export interface Hop {
  readonly by: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** From the entry point, which has the token of the user's login, to where it is shown; each hop needs the one before. */
export type TokenWay = readonly [Hop, ...Hop[]];

/** Calls whose user stays the same behind them. */
function isForUsers({ onBehalfOf }: GraphMethod): boolean {
  return onBehalfOf === 'user' || onBehalfOf === 'user or workload';
}

/**
 * How a user's token for this method comes into the hands of one of its callers: what a real request would ask for at each
 * hop. Null where no user's request leads there.
 */
export function wayFor(graph: AccessGraph, from: string, method: GraphMethod): TokenWay | null {
  if (!isForUsers(method)) return null;
  const methods = new Map(graph.services.flatMap((service) => service.methods.map((each) => [each.shortName, each])));
  const ways = new Map<string, readonly GraphMethod[] | null>();

  function callsTo(wanted: GraphMethod): readonly GraphMethod[] | null {
    const known = ways.get(wanted.shortName);
    if (known !== undefined) return known;
    const found = findCallsTo(wanted, wanted.calledFrom);
    ways.set(wanted.shortName, found);
    return found;
  }

  function findCallsTo(wanted: GraphMethod, callers: readonly string[]): readonly GraphMethod[] | null {
    if (!isForUsers(wanted)) return null;
    if (wanted.callers.kind === 'users') return [wanted];
    for (const name of callers) {
      const caller = methods.get(name);
      const before = caller === undefined ? null : callsTo(caller);
      if (before !== null) return [...before, wanted];
    }
    return null;
  }

  const calls = findCallsTo(
    method,
    method.calledFrom.filter((name) => serviceOf(name) === from),
  );
  if (calls === null) return null;
  const [first, ...others] = calls.slice(1).map((call, index) => hop(serviceOf(calls[index]?.shortName ?? ''), call));
  return first === undefined ? null : [first, ...others];
}

/**
 * How a user's token with all that it can carry from the one to the other is got, for calls of which the one may make some
 * there. Null where it may make none for a user.
 */
export function widestWay(graph: AccessGraph, from: string, to: string): TokenWay | null {
  const service = graph.services.find(({ name }) => name === to);
  for (const method of service?.methods ?? []) {
    const way = wayFor(graph, from, method);
    if (way !== null) return widened(graph, way);
  }
  return null;
}

/** The same hops with every scope that is to be had at each of them. */
function widened(graph: AccessGraph, [first, ...others]: TokenWay): TokenWay {
  const entry = graph.services.find(({ name }) => name === graph.entryPoint);
  let held: readonly string[] = entry?.methods.flatMap(({ tokenScopes }) => tokenScopes) ?? [];
  const widen = ({ by, audience }: Hop): Hop => {
    const possible = scopesAlong(graph, spiffeIdOf(graph, by), spiffeIdOf(graph, audience));
    held = possible.filter((scope) => held.includes(scope));
    return { by, audience, scopes: held };
  };
  return [widen(first), ...others.map(widen)];
}

function hop(by: string, call: GraphMethod): Hop {
  return { by, audience: serviceOf(call.shortName), scopes: call.tokenScopes };
}

/** `order` of `order.PlaceOrder`. */
function serviceOf(shortName: string): string {
  return shortName.slice(0, shortName.indexOf('.'));
}
