import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Attempt, createWorld, type World } from '../attempts/index.ts';
import { forgerSeams, keyDirectoryOf } from '../bypass/index.ts';
import { type Seam, startSeamedStack } from '../seams/index.ts';
import { repositoryRoot } from '../seams/write-copies.ts';
import { type Outcome, outcomeOf, outcomeOfError } from './outcome.ts';

export interface TriedPath {
  readonly id: string;
  readonly outcome: Outcome;
}

/** Of SVIDs: what outlives its identity is not what is tried here. */
const longLives = ['--svid-ttl', '3600'];

/** Starts a fresh embedded stack with these seams, and the forger's, tries each path on it, and removes it. */
export async function tryPaths(
  name: string,
  seams: readonly Seam[],
  attempts: readonly Attempt[],
): Promise<readonly TriedPath[]> {
  const wanted = {
    name,
    kind: 'embedded',
    seams: [...forgerSeams(keyDirectoryOf(name)), ...seams],
    options: longLives,
  } as const;
  // A busy machine may be too slow for a start once; a control whose absence keeps a stack from starting does so twice.
  const { stack, release } = await startSeamedStack(wanted).catch(() => startSeamedStack(wanted));
  const world = createWorld(stack, { keepsProbes: true });
  try {
    for (const attempt of attempts) attempt.announce?.(world);
    const tried: TriedPath[] = [];
    for (const attempt of attempts) tried.push({ id: attempt.id, outcome: await outcomeAt(world, attempt) });
    return tried;
  } finally {
    await world.close();
    await release();
    // What one control let in must not be found by the next.
    await rm(join(repositoryRoot, '.zt', name), { recursive: true, force: true });
  }
}

async function outcomeAt(world: World, attempt: Attempt): Promise<Outcome> {
  const startedAt = new Date().toISOString();
  try {
    const outcome = outcomeOf(attempt.expected, await attempt.run(world));
    return outcome.kind === 'stopped' && outcome.by === 'UNAVAILABLE'
      ? { kind: 'stopped', by: await reasonOfHandshake(world, attempt, startedAt) }
      : outcome;
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** Who got no connection is told nothing: why not is in the ledger. */
async function reasonOfHandshake(world: World, { to }: Attempt, since: string): Promise<string> {
  const records = await world.ledger.since(since);
  const refused = records.find(({ kind, service }) => kind === 'handshake' && service.endsWith(`/${to}`));
  return refused?.reasons.join(', ') ?? 'UNAVAILABLE';
}
