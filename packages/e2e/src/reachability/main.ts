import { lookup } from 'node:dns/promises';
import { writeFile } from 'node:fs/promises';
import { containersOf } from '../compose/containers.ts';
import { createCommandLine, type OutsideAddress, type ReachabilityOptions } from './command-line.ts';
import { compareWithGraph } from './compare-with-graph.ts';
import { findReachable, type Place } from './find-reachable.ts';
import { neededEdges, onTheInternet } from './needed-edges.ts';
import { showListening, showReachable } from './show-reachable.ts';

/** By this machine's name server: most containers can ask none about the world. */
async function placeOf({ host, port }: OutsideAddress): Promise<Place> {
  const { address } = await lookup(host);
  return { name: `${host}:${port}`, targets: [{ address, port }] };
}

async function run({ name, outside, report }: ReachabilityOptions): Promise<void> {
  const containers = await containersOf(name);
  if (!containers.some(({ isRunning }) => isRunning))
    throw new Error(
      `no container of the project ${name} runs: start them with docker compose up --wait, or say --name`,
    );
  const found = await findReachable(containers, await Promise.all(outside.map(placeOf)));
  const services = [...new Set(containers.filter(({ isRunning }) => isRunning).map(({ service }) => service))];
  const faults = compareWithGraph(found.views, {
    needed: neededEdges(),
    mayGoOut: onTheInternet,
    containers: services,
    served: [...found.listening.values()].flat(),
  });
  if (report !== undefined) {
    const all = { listening: Object.fromEntries(found.listening), views: found.views, faults };
    await writeFile(report, `${JSON.stringify(all, null, 2)}\n`);
  }
  console.log(`${showReachable(found)}\n\n${showListening(found)}\n`);
  for (const fault of faults) console.log(`✘ ${fault}`);
  const connected = found.views.filter(({ seen }) => seen === 'connected').length;
  console.log(`${connected} of ${found.views.length} ways are open; ${faults.length} differ from the access graph`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

await createCommandLine(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`reachability: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
