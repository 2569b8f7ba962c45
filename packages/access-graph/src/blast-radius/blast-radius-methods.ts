import { behalfInWords } from '../behalf-words.ts';
import { callsFrom } from '../call-paths.ts';
import { edges, workloadEdges } from '../edges.ts';
import { shownName } from '../find-method.ts';
import type { AccessGraph, GraphMethod } from '../graph.ts';
import { hoursInWords, limitInWords, rateInWords, usersInWords } from '../restriction-words.ts';
import { spiffeIdOf } from '../spiffe-id-of.ts';
import type { Reached, ReachedPart } from './reached-part.ts';

/** What a workload may call, what that calls in turn, which tokens it gets, and who believes its answers. */
export function reachedMethods(graph: AccessGraph, workload: string): ReachedPart[] {
  const called = graph.services.flatMap(({ methods }) => methods.filter((method) => isCalledBy(method, workload)));
  const parts: ReachedPart[] = [
    {
      about: 'calls',
      reaches: called.map((method) => ({ what: shownName(method), how: howCalled(method) })),
      stops: [
        'policy at each of these services refuses every other method to it, and puts that on record: caller_not_allowed',
        ...(called.some(isForUsers)
          ? ['for a user means one whose call it is answering: identity exchanges that user’s token, and no other']
          : []),
      ],
    },
    {
      about: 'calls in turn',
      reaches: calledInTurn(graph, called),
      stops: [
        'the code of the service between decides whether and with what; it asks for a token of its own, for the same user or in its own name, with no scope more',
      ],
    },
    {
      about: 'tokens',
      reaches: tokensFrom(graph, workload),
      stops: [
        'identity makes them along these edges only, for 60 s at most, never with more scopes or a longer life than the token before',
        'each works over a connection of this workload only',
      ],
    },
    {
      about: 'believed by',
      reaches: callersOf(graph, workload),
      stops: ['an answer is no right: whoever gets it calls on along edges of its own'],
    },
  ];
  return parts.filter(({ reaches }) => reaches.length > 0);
}

function isCalledBy({ callers }: GraphMethod, workload: string): boolean {
  return callers.kind === 'workloads' && callers.names.includes(workload);
}

function isForUsers({ onBehalfOf }: GraphMethod): boolean {
  return onBehalfOf === 'user' || onBehalfOf === 'user or workload';
}

function howCalled(method: GraphMethod): string {
  const { scopes, roles, amountLimit, purpose, hours, networks, rateLimit, distinctUsers } = method;
  return [
    behalfInWords(method.onBehalfOf),
    ...(scopes.length === 0 ? [] : [`with ${scopes.join(' ')}`]),
    ...(roles === null ? [] : [`for the roles ${roles.join(', ')} only`]),
    ...(amountLimit === null ? [] : [limitInWords(amountLimit)]),
    ...(purpose ? ['saying what for'] : []),
    ...(hours === null ? [] : [hoursInWords(hours)]),
    ...(networks === null ? [] : [`from ${networks.join(', ')}`]),
    ...(rateLimit === null ? [] : [rateInWords(rateLimit)]),
    ...(distinctUsers === null ? [] : [usersInWords(distinctUsers)]),
  ].join('; ');
}

/** Breadth first, so each is reached by a shortest way. */
function calledInTurn(graph: AccessGraph, called: readonly GraphMethod[]): Reached[] {
  const seen = new Set(called.map(({ shortName }) => shortName));
  const found: Reached[] = [];
  let last = called;
  while (last.length > 0) {
    const next: GraphMethod[] = [];
    for (const between of last) {
      for (const method of callsFrom(graph, between.shortName)) {
        if (seen.has(method.shortName)) continue;
        seen.add(method.shortName);
        next.push(method);
        found.push({ what: shownName(method), how: `by way of ${shownName(between)}` });
      }
    }
    last = next;
  }
  return found;
}

function tokensFrom(graph: AccessGraph, workload: string): Reached[] {
  const own = spiffeIdOf(graph, workload);
  const reached = (along: ReturnType<typeof edges>, behalf: string) =>
    along
      .filter(({ caller }) => caller === own)
      .map(({ callee, scopes }) => ({ what: `for ${nameOf(callee)}, ${behalf}`, how: scopes.join(' ') }));
  return [...reached(edges(graph), 'for a user'), ...reached(workloadEdges(graph), 'in its own name')];
}

function callersOf(graph: AccessGraph, workload: string): Reached[] {
  const methods = graph.services.find(({ name }) => name === workload)?.methods ?? [];
  const byCaller = new Map<string, string[]>();
  for (const { callers, shortName } of methods) {
    const names = callers.kind === 'workloads' ? callers.names : [callers.kind === 'users' ? 'users' : callers.name];
    for (const name of names) byCaller.set(name, [...(byCaller.get(name) ?? []), shortName.split('.')[1] ?? '']);
  }
  return [...byCaller].map(([what, asked]) => ({ what, how: `who calls ${asked.join(', ')}` }));
}

function nameOf(spiffeId: string): string {
  return spiffeId.slice(spiffeId.lastIndexOf('/') + 1);
}
