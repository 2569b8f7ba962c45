import type { Attempt, Evidence } from '../attempts/attempt.ts';
import type { World } from '../attempts/world.ts';
import type { MatrixPath } from '../matrix/matrix-path.ts';
import { type BypassCall, makeBypassCalls } from './bypass-calls.ts';
import { evidenceOfBypass } from './bypass-evidence.ts';
import { bypassMatrix } from './bypass-matrix.ts';
import type { BypassPath } from './bypass-path.ts';
import { createForger, type Forger } from './forger.ts';

/** One run on one stack. */
interface Run {
  readonly forger: Promise<Forger>;
  /** Told of before the first call: all on one path are made together. */
  readonly announced: Set<BypassPath>;
  readonly made: Map<BypassPath, Promise<BypassCall | Error>>;
  /** What the first call of a path that was refused with a status was told: all others are to be told the same. */
  readonly told: Map<string, string>;
}

const runs = new WeakMap<World, Run>();

function runOn(world: World): Run {
  const known = runs.get(world);
  if (known !== undefined) return known;
  const forger = createForger(world);
  // Whoever asks it hears of it then.
  forger.catch(() => {});
  const run: Run = { forger, announced: new Set(), made: new Map(), told: new Map() };
  runs.set(world, run);
  return run;
}

function callOf(world: World, bypass: BypassPath): Promise<BypassCall | Error> {
  const { forger, announced, made } = runOn(world);
  const known = made.get(bypass);
  if (known !== undefined) return known;
  announced.add(bypass);
  const together = [...announced].filter(({ path }) => path === bypass.path);
  const all = makeTogether(world, forger, bypass.path, together);
  for (const [index, each] of together.entries()) {
    announced.delete(each);
    const call = all.then((calls) => calls[index] ?? new Error('nothing came of the call'));
    call.catch(() => {});
    made.set(each, call);
  }
  return callOf(world, bypass);
}

async function makeTogether(
  world: World,
  forger: Promise<Forger>,
  path: MatrixPath,
  calls: readonly BypassPath[],
): Promise<readonly (BypassCall | Error)[]> {
  return await makeBypassCalls(world, await forger, path, calls);
}

function attemptOf(bypass: BypassPath): Attempt {
  const { id, title, path, fault, expected } = bypass;
  return {
    ...{ id, title, expected, from: path.from, to: path.to, method: path.method },
    fault: fault.at === 'nothing' ? 'none' : fault.id,
    announce: (world) => void runOn(world).announced.add(bypass),
    async run(world): Promise<Evidence> {
      const call = await callOf(world, bypass);
      if (call instanceof Error) throw call;
      return evidenceOfBypass(bypass, call, runOn(world).told);
    },
  };
}

/**
 * Every allowed path of the access matrix, with every fault that its credentials can have; on a stack that was started with
 * the forger's seams.
 */
export const bypassPaths: readonly Attempt[] = bypassMatrix.map(attemptOf);
