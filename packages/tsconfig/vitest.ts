import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

// Vitest's workers, and the programs that tests start with their environment, compile each module once.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../node_modules/.cache/node-compile', import.meta.url));

/** How every package's tests are run. */
export const vitestConfig = {
  test: {
    // Most of these tests wait: for a certificate to end, for a process to start. So there are more workers than cores.
    maxWorkers: Math.max(4, availableParallelism()),
    // A worker runs file after file: starting one and loading gRPC costs more than most files take.
    isolate: false,
    // No test asserts how fast something is; this only ends what hangs, also on a machine that does much else.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
};

/**
 * How properties are tried for longer than tests take: for `FUZZ_SECONDS` each, again and again, with ever new values. Beside
 * its result, each says how often it held.
 */
export function fuzzConfig() {
  process.env.FUZZ_SECONDS ??= '20';
  const { test } = vitestConfig;
  return { test: { ...test, include: ['src/**/any-*.test.ts'], testTimeout: Infinity, reporters: ['verbose'] } };
}
