import { engineHost, type View } from './find-reachable.ts';
import type { NeededEdge } from './needed-edges.ts';

export interface Comparison {
  readonly needed: readonly NeededEdge[];
  /** Who may reach places that are no containers. */
  readonly mayGoOut: readonly string[];
  readonly containers: readonly string[];
  /** All ports that containers serve. What else the engine's machine serves has nothing to do with the stack. */
  readonly served: readonly number[];
}

/** Where what can be reached is not what has to be. None where the networks are just as the graph says. */
export function compareWithGraph(
  views: readonly View[],
  { needed, mayGoOut, containers, served }: Comparison,
): string[] {
  const isNeeded = ({ caller, callee }: NeededEdge): boolean =>
    needed.some((edge) => edge.caller === caller && edge.callee === callee);
  const isContainer = (name: string): boolean => containers.includes(name);
  // Copies of one service are on the network of that service, all of them.
  const others = views.filter(({ caller, callee }) => caller !== callee);
  const tooMuch = others.filter(({ seen, caller, callee, ports }) => {
    if (seen !== 'connected') return false;
    if (isContainer(callee)) return !isNeeded({ caller, callee });
    if (callee === engineHost) return ports.some((port) => served.includes(port));
    return !mayGoOut.includes(caller);
  });
  const tooLittle = others.filter((view) => view.seen !== 'connected' && isContainer(view.callee) && isNeeded(view));
  const unseen = needed.filter(
    ({ caller, callee }) =>
      isContainer(caller) && isContainer(callee) && !views.some((v) => v.caller === caller && v.callee === callee),
  );
  return [
    ...tooMuch.map(
      (view) => `${view.callerCopy} reaches ${view.calleeCopy} at ${view.ports.join(', ')}, without an edge`,
    ),
    ...tooLittle.map((view) => `${view.callerCopy} does not reach ${view.calleeCopy}: ${view.seen}`),
    ...unseen.map(({ caller, callee }) => `${caller} was not seen to try ${callee}`),
  ];
}
