import { setImmediate } from 'node:timers/promises';

/** What it takes to make something. */
export interface Cost {
  /** Of the processor's time, the mean of several runs: what else the machine does is not in it. */
  readonly milliseconds: number;
  /** Bytes that stay in use for as long as the result is held: in JavaScript's heap and in WebAssembly's memory. */
  readonly keptBytes: number;
}

const fewestRuns = 5;
/** Short work is repeated for this long, so that its time can be measured at all. */
const leastMilliseconds = 300;
const mostHeld = 200;

/** Needs Node's `--expose-gc`. */
export async function costOf(make: () => unknown): Promise<Cost> {
  await warmUp(make);
  const before = await bytesInUse();
  const held = await severalOf(make);
  const keptBytes = ((await bytesInUse()) - before) / held.length;
  const begin = process.threadCpuUsage();
  let runs = 0;
  while (runs < fewestRuns || millisecondsSince(begin) < leastMilliseconds) {
    await make();
    runs += 1;
  }
  return { milliseconds: millisecondsSince(begin) / runs, keptBytes };
}

/** As many as it takes for a small one's memory to stand out from what Node uses and frees meanwhile. */
async function severalOf(make: () => unknown): Promise<readonly unknown[]> {
  const begin = process.threadCpuUsage();
  const held = [await make()];
  while (held.length < mostHeld && millisecondsSince(begin) < leastMilliseconds / 4) held.push(await make());
  return held;
}

/** What the first run loads and compiles is not the result's; what it made is out of reach once this has ended. */
async function warmUp(make: () => unknown): Promise<void> {
  await make();
}

function millisecondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1000;
}

/** Microseconds per call. */
export interface CallTimes {
  readonly median: number;
  readonly p99: number;
}

const callsInBatch = 100;

/** Each of the calls many times, in turns, so that what else the machine does meets all of them alike. */
export function timesOfCalls<Name extends string>(
  calls: Readonly<Record<Name, () => unknown>>,
  count: number,
): Record<Name, CallTimes> {
  const names = Object.keys(calls) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  // One round more than is counted: the first one compiles.
  for (let round = 0; round <= count / callsInBatch; round++) {
    for (const [name, taken] of times) {
      for (let call = 0; call < callsInBatch; call++) {
        const start = performance.now();
        calls[name]();
        if (round > 0) taken.push((performance.now() - start) * 1000);
      }
    }
  }
  const summary = [...times].map(([name, taken]) => [
    name,
    { median: percentile(taken, 50), p99: percentile(taken, 99) },
  ]);
  return Object.fromEntries(summary);
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

async function bytesInUse(): Promise<number> {
  if (globalThis.gc === undefined) throw new TypeError('memory is measured with node --expose-gc');
  // WebAssembly's memory goes a turn after the object that it belonged to.
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate();
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
