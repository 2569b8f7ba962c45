import { compareGraphs } from './graph-at-scale/compare-graphs.ts';
import { comparisonTable } from './graph-at-scale/report.ts';

console.log('An access graph of 500 services, beside the shop as it is, on this machine and in this run.');
console.log(
  "Times are the processor's for what is made once, and on the clock for decisions; a memory is what stays in use.",
);
console.log(comparisonTable(await compareGraphs()));
