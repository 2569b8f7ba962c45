import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { editDownstream, editMain, firstDownstream } from './edit-downstream.ts';
import { editGraph, graphFile } from './edit-graph.ts';
import type { FileToWrite } from './service-files.ts';
import type { ServicePlan } from './service-plan.ts';

/** The files that a new service changes, with what they then are: the access graph, and each caller's clients. */
export async function changedFiles(root: string, plan: ServicePlan): Promise<readonly FileToWrite[]> {
  const graph = { path: graphFile, content: editGraph(await readFile(join(root, graphFile), 'utf8'), plan) };
  const callers = await Promise.all(plan.callers.map((caller) => filesOfCaller(root, caller, plan)));
  return [graph, ...callers.flat()];
}

async function filesOfCaller(root: string, caller: string, plan: ServicePlan): Promise<readonly FileToWrite[]> {
  const downstream = `apps/${caller}/src/downstream.ts`;
  const text = await readFile(join(root, downstream), 'utf8').catch(whenNotThere);
  if (text !== null) return [{ path: downstream, content: editDownstream(downstream, text, caller, plan) }];
  const main = `apps/${caller}/src/main.ts`;
  return [
    { path: downstream, content: firstDownstream(caller, plan) },
    { path: main, content: editMain(main, await readFile(join(root, main), 'utf8')) },
  ];
}

function whenNotThere(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
