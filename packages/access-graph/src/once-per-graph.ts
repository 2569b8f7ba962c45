import type { AccessGraph } from './graph.ts';

/** The same for the same graph, made when it is first asked for: in a large graph the whole is asked for once per workload. */
export function oncePerGraph<Made extends object>(make: (graph: AccessGraph) => Made): (graph: AccessGraph) => Made {
  const made = new WeakMap<AccessGraph, Made>();
  return (graph) => {
    const known = made.get(graph);
    if (known !== undefined) return known;
    const result = make(graph);
    made.set(graph, result);
    return result;
  };
}
