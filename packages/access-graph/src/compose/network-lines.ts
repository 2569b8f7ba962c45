import type { AccessGraph } from '../graph.ts';
import { networkDoors } from '../network-doors.ts';

/** Sets the stack up, and is no workload. */
const bootstrap = 'bootstrap';
/** Whoever is at the command line, in a container of the story, which is on every network. */
const operator = 'operator';

/**
 * The networks of what is called inside the stack, each with a comment that says who calls. The entry point's is none of
 * them: a port of it is published, so people write it.
 */
export function networkLines(graph: AccessGraph): string {
  const workloads = graph.workloads.map(({ name }) => name);
  const inner = networkDoors(graph).filter(
    ({ callee }) => callee !== graph.entryPoint && !graph.thirdParties.includes(callee),
  );
  return inner
    .map(({ callee, callers }) => {
      const members = workloads.filter((name) => callers.includes(name) && name !== operator);
      return `${callee}: *door # ${[...members, ...(callee === 'vault' ? [bootstrap] : [])].join(', ')}\n`;
    })
    .join('');
}
