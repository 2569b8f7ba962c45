import { accessGraph } from '@zt/access-graph';
import type { Attempt } from '../attempts/attempt.ts';
import type { World } from '../attempts/world.ts';
import { callers } from '../caller.ts';
import { accessMatrix } from './access-matrix.ts';
import { type MatrixCall, makeCalls } from './matrix-calls.ts';
import { evidenceOfCallAlong } from './matrix-evidence.ts';
import type { MatrixPath } from './matrix-path.ts';

/** What is to be called, and what has been, for one run on one stack. */
interface Run {
  /** Told of before the first call: all of one caller are made at once. */
  readonly announced: Set<MatrixPath>;
  readonly made: Map<MatrixPath, Promise<MatrixCall>>;
}

const runs = new WeakMap<World, Run>();

function runOn(world: World): Run {
  const run = runs.get(world) ?? { announced: new Set(), made: new Map() };
  runs.set(world, run);
  return run;
}

function callOf(world: World, path: MatrixPath): Promise<MatrixCall> {
  const { announced, made } = runOn(world);
  const known = made.get(path);
  if (known !== undefined) return known;
  announced.add(path);
  const together = [...announced].filter(({ from }) => from === path.from);
  const all = makeCalls(world, path.from, together);
  for (const [index, each] of together.entries()) {
    announced.delete(each);
    const call = all.then((calls) => callAt(calls, index));
    // Whoever looks at it later hears of it then.
    call.catch(() => {});
    made.set(each, call);
  }
  return callOf(world, path);
}

function callAt(calls: readonly MatrixCall[], index: number): MatrixCall {
  const call = calls[index];
  if (call === undefined) throw new Error('nothing came of the call');
  return call;
}

function attemptOf(path: MatrixPath): Attempt {
  const { id, title, from, to, method, isEdge, expected } = path;
  return {
    ...{ id, title, from, to, method, expected },
    fault: isEdge ? 'none' : 'no edge in the access graph',
    announce: (world) => void runOn(world).announced.add(path),
    run: async (world) => evidenceOfCallAlong(path, await callOf(world, path)),
  };
}

/** Every ordered pair and every method, by the access graph: whoever adds a service gets its paths without writing any. */
export const matrixPaths: readonly Attempt[] = accessMatrix(accessGraph, callers).map(attemptOf);
