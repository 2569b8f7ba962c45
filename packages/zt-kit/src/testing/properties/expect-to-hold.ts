import { setImmediate } from 'node:timers/promises';
import { assert, type IAsyncProperty, type IProperty } from 'fast-check';

/** Zero but in a fuzz run, which says for how long each property is to be tried. */
const fuzzSeconds = Number(process.env.FUZZ_SECONDS ?? 0);

/**
 * Tries a property so many times, and in a fuzz run again and again until its time is over. Rejects with the smallest
 * counterexample that there is, and with what brings it back.
 */
export async function expectToHold<Values>(
  property: IProperty<Values> | IAsyncProperty<Values>,
  numRuns = 300,
): Promise<void> {
  const endMs = performance.now() + fuzzSeconds * 1_000;
  let runs = 0;
  do {
    await assert(property, { numRuns });
    runs += numRuns;
    // Properties that wait for nothing would let nobody else have a turn.
    await setImmediate();
  } while (performance.now() < endMs);
  if (fuzzSeconds > 0) process.stdout.write(`held ${runs} times\n`);
}
