import { callerName, type ObservedEdge, type ObservedGraph, type SeenCaller } from '@zt/access-graph';
import { labelled, listing } from '../story/layout.ts';
import { showable, spellWorkload, timeOfDay } from '../story/spell.ts';
import type { Style } from '../story/style.ts';

type Colors = Style['colors'];
type Counts = Pick<ObservedEdge, 'allowed' | 'refused' | 'reasons' | 'lastSeen'>;

/** What the ledger has seen of the graph, as people read it: what is used, what never is, and what nobody declared. */
export function showObserved(observed: ObservedGraph, style: Style): string[] {
  const { edges, undeclared, handshakes, leftOut } = observed;
  const { bold, dim, yellow } = style.colors;
  const used = edges.filter(({ allowed }) => allowed > 0);
  const unused = edges.filter(({ allowed }) => allowed === 0);
  return [
    whatWasRead(observed, style),
    ...section(bold(`Used: ${used.length} of ${edges.length} edges`), usedTable(used, style)),
    ...section(
      bold(`Never used: ${unused.length}`),
      labelled(
        unused.map((edge) => [callerName(edge.caller), `${edge.method}${onlyRefused(edge, style.colors)}`]),
        style,
        { indent: 2, label: 14 },
      ),
    ),
    ...section(
      bold(`Called or tried, and not in the graph: ${undeclared.length}`),
      tries(
        undeclared.map((call) => ({ ...call, what: methodAt(call.service, call.method, style) })),
        style,
      ),
    ),
    ...section(
      bold(`Turned away before any call: ${handshakes.length}`),
      tries(
        handshakes.map((handshake) => ({ ...handshake, what: spellWorkload(handshake.service, style) })),
        style,
      ),
    ),
    ...(leftOut === 0 ? [] : ['', yellow(`⚠ ${leftOut} more decisions, about callers too many to list`)]),
    '',
    dim('Counted are decisions on calls; what goes to Postgres and to Vault is in their own logs.'),
    ...(undeclared.length + handshakes.length === 0
      ? []
      : [dim('Somebody is who showed no certificate and no good token. All reasons: zt graph observed --json')]),
  ];
}

function whatWasRead({ decisions, first, last }: ObservedGraph, style: Style): string {
  if (first === null || last === null) return 'The ledger has no decision of that time.';
  const noun = decisions === 1 ? 'decision' : 'decisions';
  return `${count(decisions)} ${noun}, from ${moment(first, style)} to ${moment(last, style)}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function usedTable(edges: readonly ObservedEdge[], style: Style): string[] {
  if (edges.length === 0) return [];
  const head = ['  caller', 'method', 'allowed', 'refused', 'last seen', 'called from'];
  const rows = edges.map((edge) => [
    `  ${callerName(edge.caller)}`,
    edge.method,
    count(edge.allowed),
    edge.refused === 0 ? '' : style.colors.red(count(edge.refused)),
    edge.lastSeen === null ? '' : moment(edge.lastSeen, style),
    calledFrom(edge, style.colors),
  ]);
  return listing(head, rows, style).split('\n');
}

/** Nothing where there is only one method that it can have come from, and it did. */
function calledFrom({ from }: ObservedEdge, { yellow }: Colors): string {
  if (from.length < 2) return '';
  return from
    .map(({ method, allowed }) => {
      if (method === null) return `not known ${count(allowed)}`;
      const name = method.slice(method.indexOf('/') + 1);
      return allowed === 0 ? yellow(`${name} never`) : `${name} ${count(allowed)}`;
    })
    .join(', ');
}

function onlyRefused({ refused, reasons }: Counts, { red }: Colors): string {
  return refused === 0 ? '' : red(`  tried and refused ${times(refused)}: ${reasonsInWords(reasons)}`);
}

/** Marks what was allowed without an edge, which somebody has to look at; a refusal is a control that did its work. */
function tries(
  calls: readonly (Counts & { readonly caller: SeenCaller; readonly what: string })[],
  style: Style,
): string[] {
  if (calls.length === 0) return [];
  const { red, green } = style.colors;
  const head = ['  who', 'what', 'allowed', 'refused', 'last seen', 'refused because'];
  const rows = calls.map(({ caller, what, allowed, refused, reasons, lastSeen }) => [
    `  ${allowed > 0 ? red('✖') : green('✔')} ${showable(spellCaller(caller, style))}`,
    showable(what),
    allowed === 0 ? '' : red(count(allowed)),
    refused === 0 ? '' : count(refused),
    lastSeen === null ? '' : moment(lastSeen, style),
    reasonsInWords(reasons),
  ]);
  return [
    ...listing(head, rows, style).split('\n'),
    ...(calls.some(({ allowed }) => allowed > 0)
      ? [red('  ✖ was allowed by another graph than the one of this checkout.')]
      : []),
  ];
}

/** A refusal has a handful of reasons. */
const mostReasons = 8;

/** The ones that count most often, without the others that come along with them. */
function reasonsInWords(reasons: Counts['reasons']): string {
  const most = Math.max(...Object.values(reasons));
  const names = Object.entries(reasons).flatMap(([reason, number]) => (number === most ? [reason] : []));
  return names.length > mostReasons
    ? `${names.slice(0, mostReasons).map(showable).join(', ')} and ${names.length - mostReasons} more`
    : names.map(showable).join(', ');
}

function spellCaller(caller: SeenCaller, style: Style): string {
  switch (caller.kind) {
    case 'workload':
    case 'third party':
      return caller.name;
    case 'users':
      return `the user ${spellWorkload(caller.user, style)}`;
    case 'somebody':
      return `somebody at ${caller.address}`;
  }
}

/** The method's own name says of which service it is, where the graph knows it. */
function methodAt(service: string, method: string, style: Style): string {
  if (method.startsWith(`${service}/`)) return method;
  return `${spellWorkload(service, style)}: ${method}`;
}

function times(number: number): string {
  return number === 1 ? 'once' : `${count(number)} times`;
}

function count(number: number): string {
  return number.toLocaleString('en-GB');
}

function moment(time: string, style: Style): string {
  const at = new Date(time);
  const date = at.toLocaleDateString('sv-SE', { timeZone: style.timeZone });
  return `${date} ${timeOfDay(at, style)}`;
}
