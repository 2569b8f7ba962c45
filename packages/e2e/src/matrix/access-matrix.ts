import { type AccessGraph, type GraphMethod, healthMethods, ownScopesAlong, spiffeIdOf } from '@zt/access-graph';
import { allowed, circumstancesOf, refusalOf } from './expected-verdict.ts';
import type { Credential, Door, MatrixPath } from './matrix-path.ts';
import { wayFor, widestWay } from './token-way.ts';

/** A method where it is served. */
interface Served {
  readonly to: string;
  readonly method: GraphMethod;
  readonly door: Door;
  readonly leavesNoRecord: boolean;
}

/**
 * Every ordered pair of whoever can call and a service that serves, with each of its methods: allowed where the access graph
 * has the edge, and blocked where it has none. An edge that is open to users and to a workload in its own name is tried in
 * both ways; where there is none, the call comes bare, and with each good token that its caller can have for that service.
 * `callers` are the workloads that somebody can act as.
 */
export function accessMatrix(graph: AccessGraph, callers: readonly string[]): MatrixPath[] {
  return graph.services
    .flatMap(({ name, methods }) => [...methods.map((method) => servedAt(name, method)), ...healthOf(name)])
    .flatMap((served) => [
      ...outsiders(served),
      ...callers.flatMap((from) =>
        isEdge(from, served) ? edgePaths(graph, from, served) : blocked(graph, from, served),
      ),
    ]);
}

function servedAt(to: string, method: GraphMethod): Served {
  const door = method.callers.kind;
  return { to, method, door, leavesNoRecord: false };
}

/** Health is not part of what people write: each service asks itself. */
function healthOf(to: string): Served[] {
  return healthMethods.map((fullName) => ({
    to,
    door: 'workloads',
    leavesNoRecord: true,
    method: {
      fullName,
      shortName: `${to}.${nameOf(fullName)}`,
      callers: { kind: 'workloads', names: [to] },
      calledFrom: [],
      onBehalfOf: 'nobody',
      scopes: [],
      tokenScopes: [],
      record: 'written',
      amountLimit: null,
      roles: null,
      purpose: false,
      hours: null,
      networks: null,
      rateLimit: null,
      distinctUsers: null,
      observe: [],
    },
  }));
}

function isEdge(from: string, { method: { callers } }: Served): boolean {
  return callers.kind === 'workloads' && callers.names.includes(from);
}

/** Whoever has no identity here: people, and a third party. */
function outsiders(served: Served): MatrixPath[] {
  const { callers } = served.method;
  switch (callers.kind) {
    case 'workloads':
      return [];
    case 'users':
      return [edge('user', served, { kind: 'of the caller', roles: rolesFor(served.method) })];
    case 'third party':
      return [edge(callers.name, served, { kind: 'of the caller', roles: [] })];
  }
}

function edgePaths(graph: AccessGraph, from: string, served: Served): MatrixPath[] {
  const { method } = served;
  const ofUser: Credential = { kind: 'token of a user', way: wayFor(graph, from, method), roles: rolesFor(method) };
  switch (method.onBehalfOf) {
    case 'user':
      return [edge(from, served, ofUser)];
    case 'workload':
      return [edge(from, served, { kind: 'own token' })];
    case 'user or workload':
      if (ofUser.way === null) return [edge(from, served, { kind: 'own token' })];
      return [edge(from, served, ofUser), edge(from, served, { kind: 'own token' }, inItsOwnName)];
    case 'nobody':
    case 'third party':
      return [edge(from, served, { kind: 'nothing' })];
  }
}

const inItsOwnName = '-in-its-own-name';

function blocked(graph: AccessGraph, from: string, served: Served): MatrixPath[] {
  const { to, method, door } = served;
  const bare: Credential = { kind: 'nothing' };
  const paths = [path(from, served, bare, refusalOf(method, door, bare))];
  if (door !== 'workloads' || method.onBehalfOf === 'nobody') return paths;
  const own = ownScopesAlong(graph, spiffeIdOf(graph, from), spiffeIdOf(graph, to));
  if (own !== null) {
    const credential: Credential = { kind: 'own token' };
    paths.push(path(from, served, credential, refusalOf(method, door, credential, own), inItsOwnName));
  }
  const way = widestWay(graph, from, to);
  if (way !== null) {
    const credential: Credential = { kind: 'token of a user', way, roles: method.roles ?? [] };
    const scopes = way.at(-1)?.scopes ?? [];
    paths.push(path(from, served, credential, refusalOf(method, door, credential, scopes), '-for-a-user'));
  }
  return paths;
}

/** Whom policy lets through: who has one of the roles, and for an amount the one that lifts its limit too. */
function rolesFor({ roles, amountLimit }: GraphMethod): readonly string[] {
  return roles ?? (amountLimit === null ? [] : [amountLimit.role]);
}

function edge(from: string, served: Served, credential: Credential, suffix = ''): MatrixPath {
  const { method, leavesNoRecord } = served;
  return { ...path(from, served, credential, allowed, suffix), isEdge: true, purpose: method.purpose, leavesNoRecord };
}

function path(
  from: string,
  { to, method, door }: Served,
  credential: Credential,
  expected: MatrixPath['expected'],
  suffix = '',
): MatrixPath {
  const name = nameOf(method.fullName);
  return {
    id: `edge/${from}-${to}/${name}${suffix}`,
    title: `${from === 'user' ? 'a user' : from} calls ${to}'s ${name} ${comingWith(credential, door)}`,
    from,
    to,
    method: method.fullName,
    door,
    isEdge: false,
    credential,
    purpose: false,
    circumstances: circumstancesOf(method),
    leavesNoRecord: false,
    expected,
  };
}

function comingWith({ kind }: Credential, door: Door): string {
  switch (kind) {
    case 'nothing':
      return door === 'workloads' ? 'with its own good SVID' : 'over HTTPS, with its own good SVID';
    case 'own token':
      return 'with its own good SVID and its own good token';
    case 'token of a user':
      return "with its own good SVID and a user's token for that service";
    case 'of the caller':
      return door === 'users' ? 'with the token of a login' : 'with what it signs';
  }
}

/** `PlaceOrder` of `/order.v1.OrderService/PlaceOrder`. */
function nameOf(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('/') + 1);
}
