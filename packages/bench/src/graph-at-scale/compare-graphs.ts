import { type AccessGraph, accessGraph, defineGraph, edges, workloadEdges } from '@zt/access-graph';
import { costOf, timesOfCalls } from '../measure.ts';
import { decisionsOf } from './decisions.ts';
import { generatedGraph } from './generated-graph.ts';
import type { Row } from './report.ts';
import { stepsOf } from './steps.ts';

const callsOfEach = 5000;

/** What a graph of 500 services takes, beside the shop's own in the same run. */
export async function compareGraphs(): Promise<readonly Row[]> {
  const big = defineGraph(generatedGraph('big'));
  return [...sizes(big), ...(await costsOfDefining()), ...(await costsOfSteps(big)), ...(await timesOfDecisions(big))];
}

function sizes(big: AccessGraph): Row[] {
  const row = (what: string, count: (graph: AccessGraph) => number): Row => ({
    what,
    shop: count(accessGraph),
    big: count(big),
    unit: '',
  });
  return [
    row('services', ({ services }) => services.length),
    row('methods', ({ services }) => services.flatMap(({ methods }) => methods).length),
    row('edges along which tokens go', (graph) => {
      const pairs = [...edges(graph), ...workloadEdges(graph)].map(({ caller, callee }) => `${caller} ${callee}`);
      return new Set(pairs).size;
    }),
  ];
}

/** The shop's graph is defined as it is loaded; one that is generated, and as small, takes its place. */
async function costsOfDefining(): Promise<Row[]> {
  return await costRows(
    'define it (beside one generated as small as the shop)',
    () => defineGraph(generatedGraph('small')),
    () => defineGraph(generatedGraph('big')),
  );
}

async function costsOfSteps(big: AccessGraph): Promise<Row[]> {
  const stepsOfBig = stepsOf(big);
  const rows: Row[] = [];
  for (const [what, make] of Object.entries(stepsOf(accessGraph))) {
    rows.push(...(await costRows(what, make, stepsOfBig[what] ?? make)));
  }
  return rows;
}

async function costRows(what: string, ofShop: () => unknown, ofBig: () => unknown): Promise<Row[]> {
  const [shop, big] = [await costOf(ofShop), await costOf(ofBig)];
  return [
    { what, shop: shop.milliseconds, big: big.milliseconds, unit: 'ms' },
    { what: '  memory', shop: shop.keptBytes / 1024, big: big.keptBytes / 1024, unit: 'KiB' },
  ];
}

async function timesOfDecisions(graph: AccessGraph): Promise<Row[]> {
  const [shop, big] = [await decisionsOf(accessGraph), await decisionsOf(graph)];
  return Object.entries(shop).flatMap(([what, ofShop]): Row[] => {
    const times = timesOfCalls({ shop: ofShop, big: big[what] ?? ofShop }, callsOfEach);
    return [
      { what, shop: times.shop.median, big: times.big.median, unit: 'µs' },
      { what: '  99th percentile', shop: times.shop.p99, big: times.big.p99, unit: 'µs' },
    ];
  });
}
