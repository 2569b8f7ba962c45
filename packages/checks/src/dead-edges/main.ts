import { resolve } from 'node:path';
import { accessGraph } from '@zt/access-graph';
import { findDeadEdges } from './find-dead-edges.ts';
import { openSources } from './open-sources.ts';
import { readCode } from './read-code.ts';

const root = resolve(import.meta.dirname, '../../../..');
const code = readCode(openSources(root), root);
const { faults, unused } = findDeadEdges(accessGraph, code);
for (const fault of faults) console.error(fault);
for (const edge of unused) console.log(`note: ${edge}.`);
const calls = new Set(code.uses.flatMap((use) => (use.kind === 'calls' ? [`${use.workload} ${use.method}`] : [])));
console.log(`${code.rpcs.length} rpcs, ${calls.size} calls in code, ${faults.length} against the access graph.`);
process.exitCode = faults.length === 0 ? 0 : 1;
