import type { AccessGraph } from '@zt/access-graph';
import { fileOfGraph, runRevision } from '../revision/run-revision.ts';
import { parseGraph } from './parse-graph.ts';

const print = `import(process.argv[1] + '/${fileOfGraph}').then(({ accessGraph }) =>
  process.stdout.write(JSON.stringify(accessGraph)))`;

/** The access graph of a git revision of the checkout at `root`, read with the code of that revision. */
export function readGraphOfRevision(root: string, revision: string): Promise<AccessGraph> {
  return runRevision({ root, revision, what: 'access graph', print, parse: parseGraph });
}
